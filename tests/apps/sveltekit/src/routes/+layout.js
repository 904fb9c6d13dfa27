// Every page is made ahead, with what a server knows of a tab.

export const prerender = true;
