package downsync

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aidpost/records"
	"aidpost/records/fhir"
)

// tries is how often a person is read anew who changes here meanwhile.
const tries = 3

// take takes over what a server says of a person.
func (p *pass) take(ctx context.Context, person fhir.Person) error {
	for _, to := range person.ReplacedBy {
		p.links[person.Remote] = link{person.Remote, to}
	}
	for _, from := range person.Replaces {
		p.links[from] = link{from, person.Remote}
	}
	var err error
	for range tries {
		if err = p.takeOnce(ctx, person); !errors.Is(err, records.ErrStale) {
			break
		}
	}
	switch {
	case errors.Is(err, records.ErrErased):
		return nil // and stays so
	case errors.Is(err, records.ErrOngoing), errors.Is(err, records.ErrStale):
		if p.carried {
			return err
		}
		p.wait(person.Remote)
		return nil
	case errors.Is(err, records.ErrInvalid) && !p.carried:
		p.Apart++
		p.Log.Warn("what the server says of a person may not be stored", "patient", person.Remote, "error", err)
		return nil
	}
	return err
}

// wait asks for somebody again the next time, if that can be.
func (p *pass) wait(remote string) {
	if p.carried {
		return
	}
	p.Waiting++
	p.again = append(p.again, remote)
}

func (p *pass) takeOnce(ctx context.Context, person fhir.Person) error {
	known, told, err := p.store.ReceivedAs(ctx, p.server, person.Remote)
	if err != nil {
		return err
	}
	if told {
		person.ID = known.Patient
	}
	ours, rev, err := p.store.PatientRecord(ctx, person.ID)
	switch {
	case errors.Is(err, records.ErrNotFound) && (told || !person.Active):
		return nil // erased here, or no longer in use there
	case errors.Is(err, records.ErrNotFound):
		return p.add(ctx, person)
	case err != nil:
		return err
	}
	receipt, sent, err := p.store.Receipt(ctx, p.server, "Patient", person.ID)
	if err != nil {
		return err
	}
	confirmed := false
	if sent {
		if confirmed, err = p.confirmed(ours, receipt); err != nil {
			return err
		}
	}
	if told && known.Version == person.Version && (known.Revision == rev || !confirmed) {
		if known.Revision != rev && !receipt.Theirs {
			p.wait(person.Remote) // for what is changed here to get there
		}
		return nil
	}
	m := merger{}
	switch {
	case confirmed:
		m.base = ours
	case told:
		if m.base, err = p.store.PatientRevision(ctx, person.ID, known.Revision); err != nil {
			return err
		}
	}
	return p.change(ctx, person, *ours, rev, m, receipt.Theirs)
}

// change stores what becomes of a person who is known here.
func (p *pass) change(ctx context.Context, person fhir.Person, ours records.Patient, rev int, m merger, theirs bool) error {
	merged := m.join(ours, person.Patient)
	var said *records.Patient
	if m.kept {
		all := merger{base: &ours}
		as := all.join(ours, person.Patient)
		said = &as
	}
	receipt, err := p.receipt(person, merged, m.kept)
	if err != nil {
		return err
	}
	known := records.Received{Patient: person.ID, Remote: person.Remote, Version: person.Version}
	if err := p.store.Receive(ctx, p.server, &merged, rev, known, said, receipt); err != nil {
		return err
	}
	if m.kept && !theirs {
		p.wait(person.Remote)
	}
	if !alike(merged, ours) {
		p.Changed++
	}
	return nil
}

func alike(a, b records.Patient) bool {
	return slices.Equal(a.Identifiers, b.Identifiers) && a.Given == b.Given && a.Family == b.Family && a.Sex == b.Sex &&
		a.Language == b.Language && a.BirthDate == b.BirthDate && a.BirthEstimated == b.BirthEstimated
}

// confirmed reports whether the server has seen what is said here of a person.
func (p *pass) confirmed(ours *records.Patient, receipt records.Receipt) (bool, error) {
	r, err := fhir.PatientOf(ours, p.Place, p.Operator)
	return sha256.Sum256(r.JSON) == receipt.Hash, err
}

// receipt is what the sender has to know of a person: the version there, and
// whether there is more than we can say, so that it is not written over. Of
// somebody with an unconfirmed change here that must be sent, only the version.
func (p *pass) receipt(person fhir.Person, merged records.Patient, kept bool) (*records.Receipt, error) {
	if p.carried {
		return nil, nil // whoever brought it was told nothing
	}
	as := merged
	if kept {
		as = person.Patient
	}
	r, err := fhir.PatientOf(&as, p.Place, p.Operator)
	if err != nil {
		return nil, err
	}
	same, err := fhir.Same(r.JSON, person.Text)
	if err != nil {
		return nil, err
	}
	out := &records.Receipt{Kind: "Patient", ID: person.ID, Remote: person.Remote, Version: person.Version}
	switch {
	case kept && !same:
		return nil, nil // the server refuses to be written over, and its word holds then
	case !kept:
		out.Hash, out.Theirs = sha256.Sum256(r.JSON), !same
	}
	return out, nil
}

// add takes over somebody new. A number that somebody here has, too, is the same
// person only if all agrees and the server does not know who is here.
func (p *pass) add(ctx context.Context, person fhir.Person) error {
	twin, apart, err := p.twin(ctx, person)
	if err != nil {
		return err
	}
	receipt, err := p.receipt(person, person.Patient, false)
	if err != nil {
		return err
	}
	r := records.Received{Patient: person.ID, Remote: person.Remote, Version: person.Version}
	if err := p.store.Receive(ctx, p.server, &person.Patient, 0, r, nil, receipt); err != nil {
		return err
	}
	p.New++
	if apart {
		p.Apart++
		p.Log.Warn("a number is that of two people: both stay apart until staff have looked", "patient", person.ID)
	}
	if twin == "" {
		return nil
	}
	if p.carried {
		err = p.store.Merge(ctx, person.ID, twin, "known here by the same number, name and birth date")
	} else {
		err = p.store.Merge(ctx, twin, person.ID, "known on the server by the same number, name and birth date")
	}
	if err != nil {
		return fmt.Errorf("join %s with who is on the server: %w", twin, err)
	}
	p.Merged++
	return nil
}

// twin finds who here has a number of somebody new. Apart says that somebody has
// and is not the same.
func (p *pass) twin(ctx context.Context, person fhir.Person) (twin records.ID, apart bool, err error) {
	for _, id := range person.Identifiers {
		if strings.TrimSpace(id.Value) == "" || id.System == records.PhoneSystem {
			continue // a family may share a phone
		}
		found, err := p.store.PatientByIdentifier(ctx, id)
		switch {
		case errors.Is(err, records.ErrNotFound), errors.Is(err, records.ErrInvalid):
			continue
		case errors.Is(err, records.ErrSeveral):
			apart = true
			continue
		case err != nil:
			return "", false, err
		}
		named, err := p.store.FindPatient(ctx, person.Given, person.Family, person.BirthDate)
		if err != nil && !errors.Is(err, records.ErrNotFound) && !errors.Is(err, records.ErrSeveral) && !errors.Is(err, records.ErrInvalid) {
			return "", false, err
		}
		_, sent, errSent := p.store.Receipt(ctx, p.server, "Patient", found.ID)
		_, told, errTold := p.store.ReceivedOf(ctx, p.server, found.ID)
		if err := errors.Join(errSent, errTold); err != nil {
			return "", false, err
		}
		if named == nil || named.ID != found.ID || sent || told || person.BirthEstimated || found.BirthEstimated {
			apart = true
			continue
		}
		twin = found.ID
	}
	return twin, apart, nil
}
