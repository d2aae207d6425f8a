package reports

import (
	"fmt"

	qrcode "github.com/skip2/go-qrcode"

	"aidpost/assets/words"
	"aidpost/reports/paper"
)

// A Check lets whoever holds the paper find out that nothing on it was changed:
// a code to scan, with the numbers in it, signed by the kiosk.
type Check struct {
	// Token is what the code says: ASCII.
	Token string
	// Left counts the results that found no room in it.
	Left int
}

// keywords are found in the file by programs.
func (c *Check) keywords() string {
	if c == nil {
		return ""
	}
	return c.Token
}

// The side of a code, in points: squares of a third of a millimetre, which
// phones and printers of 300 dots to the inch read and draw well. A receipt's
// printer has 203 dots to the inch and only one thing beside the other.
const (
	codeSide      = 122.0
	receiptCode   = 190.0
	codeQuiet     = 4 // squares, all around; ISO/IEC 18004
	codeCorrected = qrcode.Low
)

// Squares returns the code as rows of dark and light squares, without a margin.
func (c *Check) Squares() ([][]bool, error) { return squares(c.Token) }

func squares(text string) ([][]bool, error) {
	// Segments of digits are packed as such: 3.3 bits a digit.
	code, err := qrcode.New(text, codeCorrected)
	if err != nil {
		return nil, fmt.Errorf("making a code of %d characters: %w", len(text), err)
	}
	code.DisableBorder = true
	return code.Bitmap(), nil
}

// checkLines say what the code is.
func (r *report) checkLines() []string {
	lines := []string{r.Lang.T(words.ReportCheck, words.With("name", r.Site.Name))}
	if r.Checked.Left > 0 {
		lines = append(lines, r.Lang.N(words.ReportCheckLeft, r.Checked.Left))
	}
	return lines
}

// sealed is the code to check the numbers by, with what it is.
func (r *report) sealed() []block { return r.seal(true) }

// seal is the code to check the numbers by; on a page, labelled says what it is
// beside it. A code that cannot be made costs the code, not the page.
func (r *report) seal(labelled bool) []block {
	if r.Checked == nil {
		return nil
	}
	dark, err := r.Checked.Squares()
	if err != nil {
		return nil
	}
	side := codeSide
	if r.narrow {
		side = receiptCode
	}
	quiet := codeQuiet * side / float64(len(dark)+2*codeQuiet)
	sh := r.sheet()
	if r.narrow {
		y := 8.0
		for _, line := range r.checkLines() {
			y = sh.Paragraph(0, y, r.width, captionLead, caption.In(ink), line)
		}
		sh.Code((r.width-side)/2+quiet, y-4+quiet, side-2*quiet, dark)
		return []block{{sheet: sh, height: y - 4 + side, gap: 3 * step}}
	}
	sh.Code(r.width-side+quiet, quiet, side-2*quiet, dark)
	if !labelled {
		return []block{{sheet: sh, height: side, gap: 3 * step}}
	}
	y := side/2 - 2*step
	for _, line := range r.checkLines() {
		wrapped := r.set.Wrap(line, caption, r.width-side-3*step)
		for _, text := range wrapped {
			sh.Text(r.width-side-2*step, y, paper.End, caption.In(ink), text)
			y += captionLead
		}
	}
	return []block{{sheet: sh, height: side, gap: 3 * step}}
}
