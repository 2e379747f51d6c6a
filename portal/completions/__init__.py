"""The portal as a language model: chat completions of the OpenAI protocol, answered from documents and cited."""
