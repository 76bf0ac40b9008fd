//go:build tools

// The module exists to pin Contour and its dependencies; the program is built from Contour's own package.
package tools

import _ "github.com/projectcontour/contour/cmd/contour"
