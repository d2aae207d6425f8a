package contec

import (
	"encoding/binary"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/spotcheck"
)

// Bytes of record data in a packet of each kind.
const (
	plainRecord   = 2 // SpO2, pulse
	indexedRecord = 4 // and the perfusion index, low byte first
	plainData     = 3 * plainRecord
)

// mostStored is more than any instrument keeps: ninety-seven days.
const mostStored = 1 << 24

// A packetMemory puts stored sessions together from the packets that carry
// them: a length, a date and a time, then the seconds.
type packetMemory struct {
	clock meter.Clock // with the zone of the dates

	session *instruments.Recording
	size    int    // bytes of record data that were announced
	got     int    // bytes that came, or stand for damaged ones
	surplus bool   // more came than was announced
	dropped uint64 // as of the last packet with seconds
	running bool   // one has come

	// The last packets that told when a session began; of this one, if their
	// user and segment are its own.
	owner      [2]byte // user and segment
	date, hour [maxData]byte
}

// take takes in the whole packet. It returns the session that ends with it, if
// one does: the last second may be followed by one that nobody announced.
func (m *packetMemory) take(p *packetParser) (ended *instruments.Recording, fault *instruments.Fault) {
	d := p.data()
	switch p.buf[0] {
	case typeStoredLength:
		ended, fault = m.end()
		m.begin(&d)
	case typeStoredDate:
		m.date = d
	case typeStoredTime:
		m.hour = d
	case typeStoredPlain:
		m.seconds(p, d[:plainData], plainRecord)
	case typeStoredIndexed:
		m.seconds(p, d[:indexedRecord], indexedRecord)
	case typeLive:
		return m.end()
	}
	return ended, fault
}

// begin opens a session of user and segment, unless it is empty.
func (m *packetMemory) begin(d *[maxData]byte) {
	size := binary.LittleEndian.Uint32(d[2:])
	if size == 0 {
		return
	}
	m.size = int(min(size, mostStored+1))
	m.owner = [2]byte(d[:2])
	m.session = &instruments.Recording{
		Place: fmt.Sprintf("user %d, segment %d", d[0], d[1]), Every: time.Second,
	}
}

// began reads when the session began. A date of zeros stands for an instrument
// without a clock.
func (m *packetMemory) began() time.Time {
	date, hour := m.date, m.hour
	wall, err := meter.Wall(int(date[2])*100+int(date[3]), int(date[4]), int(date[5]), int(hour[2]), int(hour[3]), int(hour[4]))
	if err != nil || [2]byte(date[:2]) != m.owner || [2]byte(hour[:2]) != m.owner {
		return time.Time{}
	}
	return m.clock.Shown(wall)
}

// seconds takes in the records of a packet. What was dropped since the last one
// stood for some, so that those after it keep their time.
func (m *packetMemory) seconds(p *packetParser, data []byte, record int) {
	if m.session == nil {
		m.surplus = true
		return
	}
	m.session.Announced = (m.size + record - 1) / record
	if dropped := p.tally.Dropped; m.running {
		for range (int(dropped-m.dropped) + p.size/2) / p.size {
			m.add(make([]byte, len(data)), record)
		}
	}
	m.dropped, m.running = p.tally.Dropped, true
	m.add(data, record)
}

// add takes in records up to the announced length, after which a packet is
// filled up with zeros.
func (m *packetMemory) add(data []byte, record int) {
	m.surplus = m.surplus || m.got >= m.size
	for ; len(data) >= record && m.got < m.size; data = data[record:] {
		s := storedSample(data[0], data[1])
		if record == indexedRecord {
			s.Perfusion = perfusionOf(data[2:])
		}
		m.session.Samples = append(m.session.Samples, s)
		m.got += record
	}
}

// whole reports that all that was announced has come.
func (m *packetMemory) whole() bool { return m.session == nil || m.got >= m.size }

// end returns the session, if any second of one came, and what is wrong with
// it.
func (m *packetMemory) end() (*instruments.Recording, *instruments.Fault) {
	ended, surplus := m.session, m.surplus
	if ended != nil {
		ended.Began = m.began()
	}
	*m = packetMemory{clock: m.clock, date: m.date, hour: m.hour}
	switch {
	case ended == nil && surplus:
		return nil, instruments.NewFault(instruments.DamagedRecord, "seconds of a session that was not announced")
	case ended == nil || len(ended.Samples) == 0:
		return nil, nil // it was asked how much there is, and no more
	case surplus:
		return ended, instruments.NewFault(instruments.DamagedRecord, "more seconds came than were announced")
	}
	return ended, shortfall(ended)
}

// storedSample reads the two numbers of a second. Zero and the markers of live
// samples are missing.
func storedSample(spo2, pulse byte) instruments.RecordedSample {
	s := missingSample()
	s.SpO2 = spotcheck.Between(instruments.Number(spo2), 1, 100)
	if spo2 != noNumber || pulse != noNumber {
		s.Pulse = spotcheck.Between(instruments.Number(pulse), 1, 254)
	}
	return s
}

func missingSample() instruments.RecordedSample {
	return instruments.RecordedSample{SpO2: instruments.Missing, Pulse: instruments.Missing, Perfusion: instruments.Missing}
}

// A recallingParser is a packetParser that also tells of stored sessions.
type recallingParser struct {
	packetParser
	memory packetMemory
	emit   func(instruments.Event)
}

// Next consumes bytes up to the end of a packet.
func (p *recallingParser) Next(b []byte) (int, spotcheck.Finding) {
	n, found := p.packetParser.Next(b)
	if found == spotcheck.Whole {
		p.tell(p.memory.take(&p.packetParser))
	}
	return n, found
}

// tell emits a session and what is wrong with it.
func (p *recallingParser) tell(r *instruments.Recording, f *instruments.Fault) {
	if r != nil {
		p.emit(r)
	}
	if f != nil {
		p.emit(f)
	}
}
