// The link was opened by a person whose browser runs scripts: press the button for them.
"use strict";
document.querySelector("form[data-now]")?.requestSubmit();
