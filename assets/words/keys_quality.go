package words

// The control chart, for staff.
const (
	QualityTitle    Key = "quality.title"
	QualitySolution Key = "quality.solution" // needs lot
	QualityLevel    Key = "quality.level"    // needs level
	QualityTarget   Key = "quality.target"   // needs mean, sd
	QualityMeasured Key = "quality.measured" // needs mean, sd, cv
	QualityRuns     Key = "quality.runs"     // counted with N
	QualityRejected Key = "quality.rejected" // counted with N
	QualityNone     Key = "quality.none"
	QualityWarning  Key = "quality.warning"
	QualityOut      Key = "quality.out"
	QualityRule     Key = "quality.rule"
)
