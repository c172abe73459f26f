"""Languages of a document kept side by side: which paragraphs are untranslated, translated, behind, confirmed."""
