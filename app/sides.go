package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/visit"
)

// A side is what stands in a window that two share.
type side interface{ Content() fyne.CanvasObject }

// patientSide is that of the patients, which rests while it is not seen.
type patientSide interface {
	side
	Yield()
	Resume()
}

// sides are the patients' and the staff's in one window, of which one is seen.
type sides struct {
	patients patientSide
	staff    side
	content  *fyne.Container
}

// newSides shows the patients' side.
func newSides(patients patientSide, staff side) *sides {
	staff.Content().Hide()
	return &sides{patients, staff, container.New(whole{}, patients.Content(), staff.Content())}
}

// turn shows the patients' side once staff are away, or the staff's.
func (s *sides) turn(away bool) {
	if away {
		s.staff.Content().Hide()
		s.patients.Content().Show()
		s.patients.Resume()
		return
	}
	s.patients.Yield()
	s.patients.Content().Hide()
	s.staff.Content().Show()
}

// whole gives each side the whole window, whatever its least size.
type whole struct{}

func (whole) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

func (whole) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// A standing is the visit as staff who share its screen look at it.
type standing struct{ p *program }

// Measuring reports whether an instrument works on the person.
func (s standing) Measuring() bool {
	step := s.p.visit.State().Step
	return step == visit.Measure || step == visit.Stopping
}

// Leave ends the visit.
func (s standing) Leave() { s.p.visit.Cancel() }

// patients is the visit to staff who share its screen; nil to those who do not.
func (p *program) patients() desk.Patients {
	if p.sides == nil {
		return nil
	}
	return standing{p}
}
