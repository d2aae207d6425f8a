package desk

import (
	"context"
	"errors"

	"aidpost/assets/words"
	"aidpost/records"
)

// Form is the form that is typed in, which was written on while there was no power.
type Form struct {
	Form   records.Form
	Saving bool
}

// OpenForm opens the form with a code. Unknown is called, on any goroutine, if it
// was not printed here.
func (d *Desk) OpenForm(code string, unknown func()) {
	if !d.MayOpen(PageForm) {
		unknown()
		return
	}
	d.Do(func(ctx context.Context, a *records.Access) error {
		form, err := a.Form(ctx, code)
		switch {
		case errors.Is(err, records.ErrNoForm):
			unknown()
			return nil
		case err != nil:
			return err
		}
		d.change(func() { d.state.Form = Form{Form: form} })
		d.Go(Route{Page: PageForm, Form: code})
		return nil
	}, nil)
}

// BackEnter saves the visit that was made of the open form, and opens the person's
// page.
func (d *Desk) BackEnter(e *records.Encounter) {
	busy := false
	d.change(func() {
		if busy = d.state.Form.Saving; !busy {
			d.state.Form.Saving = true
		}
	})
	if busy {
		return
	}
	var again records.Form
	d.Do(func(ctx context.Context, a *records.Access) error {
		err := a.BackEnter(ctx, e)
		if errors.Is(err, records.ErrFormEntered) {
			again, _ = a.Form(ctx, e.Paper.Form) // who that was is shown
		}
		return err
	}, func(err error) bool {
		d.state.Form.Saving = false
		switch {
		case errors.Is(err, records.ErrFormEntered):
			if again.Code != "" {
				d.state.Form.Form = again
			}
			d.say(Message{Key: words.BookTwice}, true, nil)
			return true
		case err == nil:
			d.state.Form = Form{}
			d.say(Message{Key: words.BookSaved, Args: []words.Arg{words.With("name", NameOf(e.Patient))}}, false, nil)
			d.open(Route{Page: PagePatient, Patient: e.Patient.ID})
		}
		return false
	})
}
