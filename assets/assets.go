// Package assets holds what Aidpost shows that is not code: the two fonts, the
// drawings and icons, and the program's own icon. Everything is embedded, so a
// single binary is complete. The package knows nothing of any toolkit; it
// hands out bytes.
//
// Returned slices are shared: do not change them.
package assets

import "embed"

//go:embed fonts/AidpostSans-Regular.ttf
var sansRegular []byte

//go:embed fonts/AidpostSans-Bold.ttf
var sansBold []byte

//go:embed icon.png
var appIcon []byte

//go:embed drawings/*.svg icons/*.svg
var pictures embed.FS

// Names under which the two faces are known to a font cache or a PDF.
const (
	SansRegularName = "AidpostSans-Regular.ttf"
	SansBoldName    = "AidpostSans-Bold.ttf"
)

// SansRegular returns the text face as a TrueType file. It covers Latin with
// Latin Extended-A and Vietnamese, Cyrillic, Arabic with its presentation forms, and the
// arrows, marks and shapes listed in fonts/README.md. Its figures are tabular.
func SansRegular() []byte { return sansRegular }

// SansBold returns the bold face; same coverage as SansRegular.
func SansBold() []byte { return sansBold }

// AppIcon returns the program's icon as a PNG of 512 by 512 pixels.
func AppIcon() []byte { return appIcon }

// Picture names one SVG of ours. The zero value names none.
type Picture struct{ path string }

// String returns the picture's path inside the package, such as
// "drawings/cuff.svg"; empty for the zero value.
func (p Picture) String() string { return p.path }

// SVG returns the picture's source as it is when nothing moves. See Frame.
func (p Picture) SVG() ([]byte, error) { return p.Frame(p.Frames() - 1) }

// Placeholder colours used in every SVG, as written there.
const (
	Ink     = "#10202E" // outlines
	Accent  = "#0A5C66" // what the picture is about
	Wash    = "#CFE5E7" // soft fill beside the accent
	Surface = "#FFFFFF" // the paper it stands on
	Urgent  = "#A3120C" // what is wrong or urgent
)
