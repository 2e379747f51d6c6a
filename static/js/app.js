// Table of contents: one custom element per module. Relative imports end with a semicolon (the static storage needs it).
import "./session.js";
import "./upload-zone.js";
import "./page-picture.js";
import "./fold-away.js";
import "./composer.js";
import "./question-editor.js";
import "./scope-picker.js";
import "./key-list.js";
import "./copy-button.js";
import "./print-page.js";
import "./answer-stream.js";
import "./citation-mark.js";
import "./source-panel.js";
import "./search-box.js";
import "./review-desk.js";
import "./draft-list.js";
import "./cited-page.js";
