namespace MuLambda.Scaling.Tests;

/// <summary>
/// Replicas in virtual time: a request goes to the replica that is done with what it has first; a replica with a free place takes all that waits for it, up to a
/// batch's most examples.
/// </summary>
internal static class BatchQueue
{
    /// <summary>The share of requests that take longer than the target.</summary>
    /// <param name="service">What batches take; how much longer at most is drawn so that 99 % are within its spread.</param>
    /// <param name="replicas">The replicas.</param>
    /// <param name="arrivals">When requests come, in milliseconds, in order.</param>
    /// <param name="targetMs">The target.</param>
    /// <param name="random">Chance.</param>
    public static double Late(ServiceCurve service, int replicas, IEnumerable<double> arrivals, double targetMs, Random random)
    {
        var places = Enumerable.Range(0, replicas).Select(_ => new Replica(service.InFlight)).ToArray();
        long late = 0, all = 0;
        foreach (var at in arrivals)
        {
            foreach (var place in places)
            {
                place.RunUntil(at, service, targetMs, random, ref late, ref all);
            }

            places.MinBy(place => place.ExpectedMs(at, service))!.Waiting.Enqueue(at);
        }

        foreach (var place in places)
        {
            place.RunUntil(double.PositiveInfinity, service, targetMs, random, ref late, ref all);
        }

        return (double)late / all;
    }

    /// <summary>Requests of a Poisson process, in groups that come together.</summary>
    public static IEnumerable<double> Poisson(double perSecond, int count, Random random, int together = 1)
    {
        var at = 0.0;
        for (var i = 0; i < count; i++)
        {
            if (i % together == 0)
            {
                at -= Math.Log(1 - random.NextDouble()) * 1000 * together / perSecond;
            }

            yield return at;
        }
    }

    private sealed class Replica(int places)
    {
        private readonly double[] _freeMs = new double[places];

        public Queue<double> Waiting { get; } = new();

        public double ExpectedMs(double now, ServiceCurve service) =>
            Math.Max(now, _freeMs.Min())
            + (Waiting.Count / service.MaxBatchItems * service.ExpectedMs(service.MaxBatchItems) / places)
            + service.ExpectedMs((Waiting.Count % service.MaxBatchItems) + 1);

        public void RunUntil(double now, ServiceCurve service, double targetMs, Random random, ref long late, ref long all)
        {
            while (Waiting.Count > 0)
            {
                var place = Array.IndexOf(_freeMs, _freeMs.Min());
                var start = Math.Max(_freeMs[place], Waiting.Peek());
                if (start >= now)
                {
                    return;
                }

                var largest = LargestInTime(service, targetMs);
                var batch = new List<double>();
                while (batch.Count < largest && Waiting.Count > 0 && Waiting.Peek() <= start)
                {
                    batch.Add(Waiting.Dequeue());
                }

                _freeMs[place] = start + (service.ExpectedMs(batch.Count) * Factor(service, random));
                late += batch.Count(at => _freeMs[place] - at > targetMs);
                all += batch.Count;
            }
        }

        private static int LargestInTime(ServiceCurve service, double targetMs) => service.PerItemMs > 0
            ? (int)Math.Clamp(((targetMs / service.Spread) - service.BaseMs) / service.PerItemMs, 1, service.MaxBatchItems)
            : service.MaxBatchItems;

        private static double Factor(ServiceCurve service, Random random)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Math.Max(0.2, 1 + ((service.Spread - 1) / 2.326 * normal));
        }
    }
}
