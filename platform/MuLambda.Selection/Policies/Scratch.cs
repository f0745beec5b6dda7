namespace MuLambda.Selection;

/// <summary>Where a selection works out its figures, a row a candidate; each thread has its own and keeps it.</summary>
internal sealed class Scratch
{
    [ThreadStatic]
    private static Scratch? t_scratch;

    private double[] _measuredMs = [];
    private bool _isMeasured;

    private Scratch(int capacity)
    {
        RttMs = new float[capacity];
        ServiceMs = new float[capacity];
        WaitMs = new float[capacity];
        LatencyMs = new float[capacity];
        Scores = new float[capacity];
    }

    public float[] RttMs { get; }

    public float[] ServiceMs { get; }

    public float[] WaitMs { get; }

    public float[] LatencyMs { get; }

    public float[] Scores { get; }

    /// <summary>This thread's, with room for so many rows.</summary>
    public static Scratch Of(int rows)
    {
        var scratch = t_scratch;
        if (scratch is null || scratch.RttMs.Length < CandidateColumns.Padded(rows))
        {
            t_scratch = scratch = new Scratch(CandidateColumns.Padded(Math.Max(64, rows + (rows / 4))));
        }

        scratch._isMeasured = false;
        return scratch;
    }

    /// <summary>The measured round trips of the client by node, NaN where there is none; laid out at the first look of a selection.</summary>
    public double[] MeasuredMs(Demand demand)
    {
        if (!_isMeasured)
        {
            LayMeasured(demand);
        }

        return _measuredMs;
    }

    private void LayMeasured(Demand demand)
    {
        var nodes = demand.Group?.NodeCount ?? 0;
        if (_measuredMs.Length < nodes)
        {
            _measuredMs = new double[nodes];
        }

        _measuredMs.AsSpan(0, nodes).Fill(double.NaN);
        foreach (var sample in demand.Samples)
        {
            if (sample.Node < nodes)
            {
                _measuredMs[sample.Node] = sample.RoundTripMs;
            }
        }

        _isMeasured = true;
    }
}
