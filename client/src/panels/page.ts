// The HTML of a panel: one script and one stylesheet of ours, let in by a nonce, and nothing else.

export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** New for each page. */
  readonly nonce: string;
}

/** Attributes of style are not let in: pages set what they compute through the CSSOM, which the policy leaves free. */
export function panelPage({ title, script, style, nonce }: PageParts): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}';">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>${title}</title>
<link rel="stylesheet" nonce="${nonce}" href="${style}">
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
