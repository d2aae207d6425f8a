//go:build !ci

package main

import "github.com/go-gl/glfw/v3.3/glfw"

// withoutDepth asks for windows without a depth and a stencil buffer, of which
// nothing here makes use. Fyne clears the one for each frame and leaves the other, so that
// a renderer without a graphics card reads and writes both, point by point: a tenth of
// all that it does. Call it once the toolkit has begun and before a window is shown.
func withoutDepth() {
	glfw.WindowHint(glfw.DepthBits, 0)
	glfw.WindowHint(glfw.StencilBits, 0)
}
