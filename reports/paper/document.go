package paper

import (
	"fmt"
	"io"
	"time"
)

// A Document is pages with what a reader shows about them.
type Document struct {
	Title   string
	Author  string
	Created time.Time // stands in the file; the same input gives the same bytes
	Pages   []*Sheet
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
	s.pdf.SetTitle(s.Clean(doc.Title), true)
	s.pdf.SetAuthor(s.Clean(doc.Author), true)
	s.pdf.SetCreator("Aidpost", true)
	s.pdf.SetCreationDate(doc.Created.UTC())
	s.pdf.SetModificationDate(doc.Created.UTC())
	s.pdf.SetCatalogSort(true)
	for _, page := range doc.Pages {
		s.pdf.AddPage()
		for _, m := range page.marks {
			m.draw(s)
		}
	}
	if err := s.pdf.Error(); err != nil {
		return drawingError(err)
	}
	if err := s.pdf.Output(w); err != nil {
		return fmt.Errorf("writing the PDF: %w", err)
	}
	return nil
}
