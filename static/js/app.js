// Table of contents: one custom element per module. Relative imports end with a semicolon (the static storage needs it).
import "./session.js";
import "./upload-zone.js";
import "./page-picture.js";
import "./composer.js";
import "./answer-stream.js";
import "./citation-mark.js";
import "./source-panel.js";
import "./search-box.js";
