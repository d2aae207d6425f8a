package contec

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// surplusWait is how long it is listened for more than was announced.
const surplusWait = 200 * time.Millisecond

// Recall downloads every stored session of every user. Of a session that is damaged,
// or is cut, there is what came; after a damaged one it goes on with the next.
func (PacketDriver) Recall(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	l := &link{port: port}
	if err := l.open(ctx); err != nil {
		return err
	}
	id, err := l.identify(ctx, once)
	if err != nil {
		return err
	}
	defer l.stop(stopStored)
	users, err := l.count(ctx, 0, askUsers, typeUsers)
	if err != nil {
		return err
	}
	found := 0
	var damaged error
	for user := range users {
		segments, err := l.count(ctx, 1, askSegments, typeSegments, user)
		if err != nil {
			return err
		}
		for segment := range segments {
			r := recall{link: l, user: user, segment: segment, id: id, have: job.Have, emit: emit}
			r.memory.clock = meter.UnreadClock(job.Location())
			session, err := r.download(ctx)
			if session != nil {
				session.Identity = id
				emit(session)
				found++
			}
			switch {
			case instruments.CodeOf(err) == instruments.DamagedRecord:
				damaged = cmp.Or(damaged, err)
			case err != nil:
				return errors.Join(damaged, err)
			}
		}
	}
	if found == 0 && damaged == nil {
		return instruments.NewFault(instruments.NoNewResult, "nothing is stored")
	}
	return damaged
}

// count asks for a number, which is data byte at of the answer. An instrument
// that refuses the question has one.
func (l *link) count(ctx context.Context, at int, c command, want byte, parameters ...byte) (byte, error) {
	data, ok, err := l.insist(ctx, c, want, parameters...)
	switch {
	case err != nil:
		return 0, err
	case ok:
		return min(data[at], maxParameter), nil
	case command(data[0]) == c:
		return 1, nil
	}
	return 0, instruments.NewFault(instruments.NoAnswer, "the instrument does not say whether anything is stored")
}

// tries is how often a question about the memory is asked: without its answer
// a session would not be found.
const tries = 3

// insist is ask, again and again unless the instrument refuses the command.
func (l *link) insist(ctx context.Context, c command, want byte, parameters ...byte) (data [maxData]byte, ok bool, err error) {
	for range tries {
		data, ok, err = l.ask(ctx, c, want, parameters...)
		if err != nil || ok || command(data[0]) == c {
			break
		}
	}
	return data, ok, err
}

// A recall is the download of one segment.
type recall struct {
	*link
	user, segment byte
	id            instruments.Identity
	have          []*instruments.Recording
	memory        packetMemory
	emit          func(instruments.Event)
}

// known returns the session if it was downloaded before. One whose beginning is not
// told may be anybody's.
func (r *recall) known() *instruments.Recording {
	began := r.memory.began()
	i := slices.IndexFunc(r.have, func(h *instruments.Recording) bool {
		return h.Whole() && h.Identity == r.id && h.Place == r.memory.session.Place && h.Began.Equal(began) &&
			(h.Announced*plainRecord == r.memory.size || h.Announced*indexedRecord == r.memory.size)
	})
	if i < 0 || began.IsZero() {
		return nil
	}
	return r.have[i]
}

// download returns the session of the segment; nil if it is empty. There may be
// one beside a fault.
func (r *recall) download(ctx context.Context) (*instruments.Recording, error) {
	switch _, ok, err := r.insist(ctx, askLength, typeStoredLength, r.user, r.segment); {
	case err != nil:
		return nil, err
	case !ok:
		return nil, instruments.NewFault(instruments.NoAnswer, "the instrument does not say how much is stored")
	}
	r.take()
	if r.memory.session == nil {
		return nil, nil
	}
	if r.memory.size > mostStored {
		return nil, instruments.NewFault(instruments.DamagedRecord, "more is announced than any instrument keeps")
	}
	if err := r.start(ctx); err != nil {
		return nil, err
	}
	if known := r.known(); known != nil {
		return known, nil
	}
	if err := r.send(askStored, r.user, r.segment); err != nil {
		return nil, err
	}
	cut := r.receive(ctx)
	session, fault := r.memory.end()
	switch {
	case cut != nil:
		return session, cut
	case fault != nil:
		return session, fault
	case session == nil:
		return nil, instruments.NewFault(instruments.NoAnswer, "what is stored was announced, and does not come")
	}
	_, _, err := r.ask(ctx, stopStored, typeFree)
	return session, err
}

// take gives the whole packet to the memory. Only a length ends a session, and
// for each there is a memory of its own.
func (r *recall) take() { _, _ = r.memory.take(&r.parser) }

// start asks when the session began, which not every model knows. The date is
// followed by the time.
func (r *recall) start(ctx context.Context) error {
	_, ok, err := r.insist(ctx, askStart, typeStoredDate, r.user, r.segment)
	if err != nil || !ok {
		return err
	}
	r.take()
	switch kind, err := r.next(ctx, time.Now().Add(askWait)); {
	case instruments.CodeOf(err) == instruments.NoAnswer:
	case err != nil:
		return err
	case kind == typeStoredTime:
		r.take()
	}
	return nil
}

// receive takes in packets until there is silence.
func (r *recall) receive(ctx context.Context) error {
	var shown instruments.Progress
	for {
		wait := storedLost
		if r.memory.whole() {
			wait = surplusWait
		}
		kind, err := r.next(ctx, time.Now().Add(wait))
		switch {
		case instruments.CodeOf(err) == instruments.NoAnswer:
			return nil
		case err != nil:
			return err
		}
		switch data := r.parser.data(); {
		case kind == typeBye:
			return r.parser.Refused()
		case kind == typeResult && command(data[0]) == askStored && data[1] != 0:
			return instrumentSays(instruments.OutOfOrder, "instrument refuses its stored session", data[1])
		case kind == typeStoredPlain || kind == typeStoredIndexed:
			r.take()
		}
		if r.memory.surplus {
			return nil
		}
		show(&shown, r.memory.session, r.emit)
	}
}
