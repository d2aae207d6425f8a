// Package kit is Aidpost's own look: colours, type, and the widgets the screens
// are built from. It holds no words; everything people read is handed in.
//
// Every constructor takes a [Look], a small value that says which palette, text
// size, direction and kind of screen to draw for. Widgets keep that value for
// life: when the language or the text size changes, the screen is built again.
//
// Widgets run on Fyne's one goroutine and start none of their own. Where the
// height of a thing depends on the width it gets (wrapped text, rows and
// columns of it), it implements [Fluid]; [Row], [Column], [Inset] and [Card]
// ask for that before they place their children.
package kit
