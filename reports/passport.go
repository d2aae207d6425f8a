package reports

import (
	"context"
	"errors"
	"io"

	qrcode "github.com/skip2/go-qrcode"

	"aidpost/assets/words"
	"aidpost/records/passport"
)

// A PassportCard is the passport of a member of staff, to be cut out and worn: the
// code that another site scans, and what it says.
type PassportCard struct {
	Issue
	Passport passport.Passport
	Text     string // what the code says
}

// ErrCode reports a text that is too long for a code.
var ErrCode = errors.New("too long for a code")

// WritePassport writes the card as a page of PDF. Errors are those of ctx and of
// w, ErrCode, ErrNoLanguage and paper.ErrDrawing.
func WritePassport(ctx context.Context, w io.Writer, c PassportCard) error {
	return produce(ctx, w, "passport", func() (layout, error) { return composePassport(c) })
}

// passportCode is the side of the code, in points: a module of 0.6 mm, so that a
// scanner reads it off a badge.
const passportCode = 190.0

func composePassport(c PassportCard) (layout, error) {
	d, err := newDesk(c.Issue)
	if err != nil {
		return layout{}, err
	}
	name := d.Lang.T(words.QCPassport)
	f := newFlow(d, d.again(d.Site.Name, name))
	code, err := d.passportCode(c.Text)
	if err != nil {
		return layout{}, err
	}
	f.title(d.letterhead(name, ""), d.section(c.Passport.Name, ""))
	l := d.list(column{d.Lang.T(words.PapersFor), 0.6}, column{d.Lang.T(words.PapersExpires), 0.4})
	var rows []block
	for _, g := range c.Passport.Grants {
		rows = append(rows, l.row(text(d.Lang.T(words.PanelName(string(g.Panel)))), text(d.lastDay(g.Until))))
	}
	l.place(f, rows...)
	about := d.Lang.T(words.QCPassportAbout, words.With("name", d.Site.Name))
	f.place([]block{d.lines(body, bodyLead, about), code})
	return layout{desk: d, title: name, pages: f.end("", c.Passport.ID)}, nil
}

// passportCode draws the code of a text.
func (d *desk) passportCode(content string) (block, error) {
	code, err := qrcode.New(content, qrcode.Medium) // a badge gets scratched
	if err != nil {
		return block{}, ErrCode
	}
	code.DisableBorder = true
	sh := d.sheet()
	sh.Code(2*step, 2*step, passportCode, code.Bitmap())
	return block{sheet: sh, height: passportCode + 4*step, gap: 2 * step}, nil
}
