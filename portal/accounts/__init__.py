"""How people come in: passwords, second factors, single sign-on, and their sessions. Built on django-allauth."""
