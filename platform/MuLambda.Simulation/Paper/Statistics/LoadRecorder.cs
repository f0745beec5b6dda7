namespace MuLambda.Simulation.Paper;

/// <summary>
/// Makes a <see cref="LoadTimeline"/> of a run whose length nobody knows: whenever it outgrows its bins, they become twice as long.
/// </summary>
internal sealed class LoadRecorder
{
    private const int Bins = 48;
    private const double FirstBinMs = 10;

    // By node, what requests were in flight there, in request-milliseconds; by executor, requests.
    private readonly double[][] _inFlightMs;
    private readonly int[][] _sent;
    private double _binMs = FirstBinMs;
    private double _endMs;

    public LoadRecorder(int nodes, int executors)
    {
        _inFlightMs = [.. Enumerable.Range(0, nodes).Select(_ => new double[Bins])];
        _sent = [.. Enumerable.Range(0, executors).Select(_ => new int[Bins])];
    }

    public void Add(int node, int executor, double startMs, double endMs)
    {
        while (endMs >= _binMs * Bins)
        {
            Widen();
        }

        _endMs = Math.Max(_endMs, endMs);
        var bin = (int)(startMs / _binMs);
        _sent[executor][bin]++;
        var inFlight = _inFlightMs[node];
        for (var fromMs = startMs; fromMs < endMs; bin++)
        {
            var toMs = Math.Min(endMs, (bin + 1) * _binMs);
            inFlight[bin] += Math.Max(0, toMs - fromMs);
            fromMs = Math.Max(toMs, fromMs);
        }
    }

    public LoadTimeline ToTimeline()
    {
        var used = Math.Max(1, (int)Math.Ceiling(_endMs / _binMs));
        return new LoadTimeline(
            _binMs,
            [.. _inFlightMs.Select(node => node.Take(used).Select(Mean).ToArray())],
            [.. _sent.Select(executor => executor.Take(used).ToArray())]);

        // The last bin is as long as the run goes on in it. Three digits are enough for a figure.
        double Mean(double inFlightMs, int bin) =>
            Math.Round(inFlightMs / Math.Min(_binMs, Math.Max(_endMs - (bin * _binMs), double.Epsilon)), 3);
    }

    private void Widen()
    {
        _binMs *= 2;
        foreach (var node in _inFlightMs)
        {
            for (var bin = 0; bin < Bins; bin++)
            {
                node[bin] = bin < Bins / 2 ? node[2 * bin] + node[(2 * bin) + 1] : 0;
            }
        }

        foreach (var executor in _sent)
        {
            for (var bin = 0; bin < Bins; bin++)
            {
                executor[bin] = bin < Bins / 2 ? executor[2 * bin] + executor[(2 * bin) + 1] : 0;
            }
        }
    }
}
