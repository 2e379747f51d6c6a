// Sends one file by XMLHttpRequest, which, unlike fetch, tells how many bytes have gone.

/**
 * @param {HTMLFormElement} form where to, and with which token
 * @param {File} file
 * @param {(share: number) => void} onProgress
 * @returns {Promise<object>} what the server says of the file; without `accepted` it was not taken
 */
export function send(form, file, onProgress) {
  const body = new FormData(form);
  body.set("uploads", file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => event.total && onProgress(event.loaded / event.total));
    request.addEventListener("loadend", () => resolve(answer(request)));
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  });
}

function answer(request) {
  if (request.status === 413) return { reason: request.responseText, again: false };
  try {
    const [said] = JSON.parse(request.responseText).files;
    return { again: false, ...said };
  } catch {
    return {};
  }
}
