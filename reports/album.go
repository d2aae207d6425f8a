package reports

import (
	"errors"
	"image"

	"aidpost/reports/paper"
)

// An Album takes the pages of a report as pictures, to be looked at before they
// are printed. Given to a report as its writer, it gets the very drawing that
// would go into the PDF, page by page, and nothing is written.
type Album struct {
	// DPI is how many dots there are to the inch; a page of A4 at 96 is 794 wide.
	DPI float64
	// Page takes the pages in their order. An error of it ends the report.
	Page func(image.Image) error
}

// ErrPagesAlone reports that somebody writes bytes into an album.
var ErrPagesAlone = errors.New("an album takes pages")

// Write implements io.Writer, for nobody.
func (*Album) Write([]byte) (int, error) { return 0, ErrPagesAlone }

// maxDPI keeps a page below a hundred million dots.
const maxDPI = 600

func (a *Album) add(d *desk, sh *paper.Sheet) error {
	picture, err := d.set.Draw(sh, min(a.DPI, maxDPI)/72)
	if err != nil {
		return err
	}
	return a.Page(picture)
}
