package pages

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// The format of the files.
const (
	logHeader   = 32 // bytes
	frameHeader = 24
	usualPage   = 4096
	maxPage     = 65536
	// mostPayload bounds one row, so that a damaged length does no harm.
	mostPayload = 64 << 20
)

// A File is a database file with the write-ahead log beside it, for reading
// only. Nobody may be writing them.
type File struct {
	db, log *os.File // log is nil where there is none
	size    int64    // of a page
	pages   int64    // whole ones in db
	frames  int64    // whole ones in log
	latest  map[uint32]int64
}

// Open opens the database at path. It fails only if the file cannot be read at
// all.
func Open(path string) (*File, error) {
	db, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{db: db, latest: map[uint32]int64{}}
	if f.log, err = os.Open(path + "-wal"); err != nil {
		f.log = nil
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, errors.Join(err, f.Close())
		}
	}
	if err := f.measure(); err != nil {
		return nil, errors.Join(fmt.Errorf("reading %s: %w", path, err), f.Close())
	}
	return f, nil
}

// Close lets go of the files.
func (f *File) Close() error {
	err := f.db.Close()
	if f.log != nil {
		err = errors.Join(err, f.log.Close())
	}
	return err
}

// measure finds how long a page is and where the newest of each is.
func (f *File) measure() error {
	head := make([]byte, 100)
	if _, err := f.db.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	f.size = int64(binary.BigEndian.Uint16(head[16:]))
	if f.size == 1 {
		f.size = maxPage
	}
	if f.size < 512 || f.size&(f.size-1) != 0 {
		f.size = usualPage // the header is damaged
	}
	info, err := f.db.Stat()
	if err != nil {
		return err
	}
	f.pages = (info.Size() + f.size - 1) / f.size
	if f.log == nil {
		return nil
	}
	if info, err = f.log.Stat(); err != nil {
		return err
	}
	f.frames = max(0, info.Size()-logHeader) / (frameHeader + f.size)
	return f.readLog()
}

// readLog notes the newest frame of each page, up to the last commit that is
// whole.
func (f *File) readLog() error {
	head := make([]byte, logHeader)
	if _, err := f.log.ReadAt(head, 0); err != nil {
		return nil // no log worth the name
	}
	var order binary.ByteOrder = binary.LittleEndian
	if binary.BigEndian.Uint32(head)&1 == 1 {
		order = binary.BigEndian
	}
	sum := checksum(order, [2]uint32{}, head[:24])
	if sum != [2]uint32{binary.BigEndian.Uint32(head[24:]), binary.BigEndian.Uint32(head[28:])} {
		return nil
	}
	frame := make([]byte, frameHeader+f.size)
	open := map[uint32]int64{} // since the last commit
	for n := range f.frames {
		if _, err := f.log.ReadAt(frame, f.frame(n)-frameHeader); err != nil {
			return err
		}
		sum = checksum(order, sum, frame[:8])
		sum = checksum(order, sum, frame[frameHeader:])
		whole := sum == [2]uint32{binary.BigEndian.Uint32(frame[16:]), binary.BigEndian.Uint32(frame[20:])}
		if !whole || string(frame[8:16]) != string(head[16:24]) {
			return nil
		}
		open[binary.BigEndian.Uint32(frame)] = f.frame(n)
		if binary.BigEndian.Uint32(frame[4:]) != 0 { // the end of a commit
			for page, at := range open {
				f.latest[page] = at
			}
			clear(open)
		}
	}
	return nil
}

// frame returns where the page in frame n of the log begins.
func (f *File) frame(n int64) int64 { return logHeader + n*(frameHeader+f.size) + frameHeader }

// checksum goes on with the checksum of a log.
func checksum(order binary.ByteOrder, sum [2]uint32, data []byte) [2]uint32 {
	for i := 0; i+8 <= len(data); i += 8 {
		sum[0] += order.Uint32(data[i:]) + sum[1]
		sum[1] += order.Uint32(data[i+4:]) + sum[0]
	}
	return sum
}

// read fills page with the newest page of that number; what is missing at the
// end of the file is zero.
func (f *File) read(page []byte, number uint32) error {
	if at, ok := f.latest[number]; ok {
		_, err := f.log.ReadAt(page, at)
		return err
	}
	return f.readOld(page, number)
}

// readOld is read without the log.
func (f *File) readOld(page []byte, number uint32) error {
	n, err := f.db.ReadAt(page, (int64(number)-1)*f.size)
	if errors.Is(err, io.EOF) {
		clear(page[n:])
		err = nil
	}
	return err
}
