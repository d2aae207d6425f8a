package settings

import (
	"context"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/staff"
)

// act does something about a parked visit, and keeps why it came to nothing.
func (s *Server) act(work func(ctx context.Context, a *records.Access) error) {
	s.change(func() { s.state.Busy, s.state.Failed = true, "" })
	s.do(func(ctx context.Context, a *records.Access) error {
		ctx, stop := context.WithTimeout(ctx, longestTry)
		defer stop()
		if err := work(ctx, a); err != nil {
			s.change(func() { s.state.Failed = err.Error() })
		}
		return nil
	})
}

// Resend gives one visit that the server has refused another chance now.
func (s *Server) Resend(encounter records.ID) {
	s.act(func(ctx context.Context, a *records.Access) error {
		deed := records.Deed{Action: staff.SettleSent, Object: encounter, Reason: "what was refused is sent once more"}
		if err := a.Note(ctx, deed); err != nil {
			return err
		}
		if _, err := s.cfg.Store.RetryOutbox(a.As(ctx), encounter); err != nil {
			return err
		}
		s.again()
		return nil
	})
}

// Compare asks the server for its version of a visit that somebody changed there.
// What is seen of the person is on record.
func (s *Server) Compare(encounter records.ID) {
	s.act(func(ctx context.Context, a *records.Access) error {
		if err := a.Authorize(ctx, staff.SettleSent); err != nil {
			return err
		}
		if _, err := a.Encounter(ctx, encounter); err != nil {
			return err
		}
		sender, err := s.sender()
		if err != nil {
			return err
		}
		found, err := sender.Differences(ctx, encounter)
		if err != nil {
			return err
		}
		s.change(func() { s.state.Compared, s.state.Differ = encounter, found })
		return nil
	})
}

// Uncompare ends looking at both versions, with nothing chosen.
func (s *Server) Uncompare() { s.change(func() { s.state.Compared, s.state.Differ = "", nil }) }

// Keep carries out whose version holds on the server. Both stay, each where it is.
func (s *Server) Keep(encounter records.ID, w outbox.Word) {
	s.act(func(ctx context.Context, a *records.Access) error {
		if err := a.Authorize(ctx, staff.SettleSent); err != nil {
			return err
		}
		sender, err := s.sender()
		if err == nil {
			err = sender.Decide(a.As(ctx), encounter, w)
		}
		if err != nil {
			return err
		}
		s.Uncompare()
		s.again()
		return nil
	})
}

// Show finds out how one visit stands with the server, which is not asked for it.
func (s *Server) Show(encounter records.ID) {
	s.act(func(ctx context.Context, _ *records.Access) error {
		now, err := site.Standing(ctx, s.cfg.Folder, s.cfg.Version, s.cfg.Store, encounter, s.cfg.Log)
		if err != nil {
			return err
		}
		s.change(func() { s.state.Shown = &now })
		return nil
	})
}

// Unshow ends that.
func (s *Server) Unshow() { s.change(func() { s.state.Shown = nil }) }
