package records

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// A Room says how much room there is on the disk of the records.
type Room int

// The states of the disk, as a kiosk that watches it (Options.Room) sees them.
const (
	// RoomEnough: nothing to do, or nobody watches.
	RoomEnough Room = iota
	// RoomLow: everything works; staff should make room.
	RoomLow
	// RoomReserve: the disk was full, and what was kept back for that is in use.
	// A visit can be finished; no new one should begin.
	RoomReserve
)

// RoomOptions say how a store watches its disk.
type RoomOptions struct {
	// Reserve is kept back in a file beside the database, which is given up when
	// the disk is full, so that the visit under way can be finished and put on
	// record. It is taken again when there is room.
	Reserve int64
	// Low is how much has to be free, or staff is told.
	Low int64
	// Every is how often the store looks. Zero: every ten seconds.
	Every time.Duration
}

// DefaultRoom suits a kiosk: a reserve for a day's visits, and a warning weeks
// before it is needed.
func DefaultRoom() RoomOptions { return RoomOptions{Reserve: 32 << 20, Low: 256 << 20} }

// reserveEnd ends the name of the file that keeps room back.
const reserveEnd = ".reserve"

// watchRoom looks how much room there is, until ctx ends.
func (s *Store) watchRoom(ctx context.Context) {
	every := s.room.Every
	if every == 0 {
		every = 10 * time.Second
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		s.lookForRoom(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-s.roomless:
		}
	}
}

// lookForRoom takes the reserve if there is room for it, and tells how it is.
func (s *Store) lookForRoom(ctx context.Context) {
	free, err := freeSpace(s.path)
	if err != nil {
		s.log.Warn("looking for room on the disk", "path", s.path, "error", err)
		return
	}
	room := RoomEnough
	if free < s.room.Low {
		room = RoomLow
	}
	info, err := os.Stat(s.path + reserveEnd)
	switch {
	case err == nil && info.Size() >= s.room.Reserve:
	case free < 2*s.room.Reserve, s.Condition().Room == RoomReserve && free < s.room.Low+s.room.Reserve:
		room = RoomReserve // until there is room again
	default:
		if err := s.reserve(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("keeping room back", "path", s.path, "error", err)
		}
	}
	s.condition.set(func(c *Condition) {
		if room != c.Room {
			s.log.Warn("room on the disk of the records", "path", s.path, "free", free, "low", room != RoomEnough)
		}
		c.Room = room
	})
}

// reserve fills the file that keeps room back. Its content is random, since a
// file system may keep no room for zeros.
func (s *Store) reserve(ctx context.Context) (err error) {
	f, err := os.OpenFile(s.path+reserveEnd, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	for left := s.room.Reserve; left > 0 && err == nil; {
		if err = context.Cause(ctx); err == nil {
			n := min(left, 1<<20)
			_, err = io.CopyN(f, rand.Reader, n)
			left -= n
		}
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(s.path+reserveEnd))
	}
	return nil
}

// makeRoom gives the reserve up if err says that the disk is full. What failed
// then may be tried again.
func (s *Store) makeRoom(err error) {
	if !errors.Is(classify(err), ErrFull) {
		return
	}
	switch gone := os.Remove(s.path + reserveEnd); {
	case gone == nil:
		s.log.Warn("the disk is full: the room kept back is in use", "path", s.path)
	case !errors.Is(gone, fs.ErrNotExist):
		s.log.Error("giving up the room kept back", "path", s.path, "error", gone)
	}
	if s.room != (RoomOptions{}) {
		s.condition.set(func(c *Condition) { c.Room = RoomReserve })
		tell(s.roomless)
	}
}

// roomFor makes sure that a copy of the records can be written to path without
// taking the room that visits need.
func (s *Store) roomFor(path string) error {
	info, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	free, err := freeSpace(path)
	if err == nil && free < info.Size()+s.room.Reserve {
		err = fmt.Errorf("%w: a copy takes %d bytes, and %d are free", ErrFull, info.Size(), free)
	}
	return err
}
