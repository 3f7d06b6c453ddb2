"""Russian, Kazakh and English: who reads which, and where the words come from (docs/adr/0019-languages.md)."""
