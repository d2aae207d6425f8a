package paper

import (
	"fmt"
	"io"
	"time"

	"github.com/jung-kurt/gofpdf"
)

// A Document is pages with what a reader shows about them.
type Document struct {
	Title    string
	Author   string
	Keywords string    // ASCII; programs find them in the file
	Created  time.Time // stands in the file; the same input gives the same bytes
	Pages    []*Sheet
}

// Write writes the document as PDF 1.3 with the used characters of the two
// faces embedded. The text can be searched and copied. The sheets must come
// from this setter, which cannot be used again.
func (s *Setter) Write(w io.Writer, doc Document) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = drawingError(cause)
		}
	}()
	s.describe(doc)
	for _, page := range doc.Pages {
		s.page(page)
	}
	if err := s.pdf.Error(); err != nil {
		return drawingError(err)
	}
	if err := s.pdf.Output(w); err != nil {
		return fmt.Errorf("writing the PDF: %w", err)
	}
	return nil
}

// describe sets what a reader shows about the document.
func (s *Setter) describe(doc Document) {
	s.pdf.SetTitle(s.Clean(doc.Title), true)
	s.pdf.SetAuthor(s.Clean(doc.Author), true)
	s.pdf.SetKeywords(doc.Keywords, false)
	s.pdf.SetCreator("Aidpost", true)
	s.pdf.SetCreationDate(doc.Created.UTC())
	s.pdf.SetModificationDate(doc.Created.UTC())
	s.pdf.SetCatalogSort(true)
}

// page draws a sheet on a page of its own.
func (s *Setter) page(sh *Sheet) {
	size := gofpdf.SizeType{Wd: s.size.Width, Ht: s.size.Height}
	if sh.Height > 0 {
		size.Ht = sh.Height
	}
	s.pdf.AddPageFormat("P", size)
	for _, m := range sh.marks {
		m.draw(s)
	}
}
