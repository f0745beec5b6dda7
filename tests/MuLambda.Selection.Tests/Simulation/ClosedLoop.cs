namespace MuLambda.Selection.Tests;

/// <summary>
/// Streams that each send one request after the other, in virtual time, to executors whose answer takes
/// <c>base + queue * requests ahead + a bit of chance</c> and whose nodes are differently far away.
/// </summary>
internal sealed class ClosedLoop(World world, IReadOnlyDictionary<string, ClosedLoop.Server> servers, int seed)
{
    public sealed record Server(double BaseMs, double QueueMs, double JitterMs, double RttMs);

    /// <summary>The round trip of every request, in milliseconds.</summary>
    public IReadOnlyList<double> Run(string client, int streams, int requests)
    {
        var random = new Random(seed);
        var inside = servers.Keys.ToDictionary(id => id, _ => 0);
        var roundTrips = new List<double>();
        var events = new PriorityQueue<Action, (double At, int Order)>();
        var order = 0;
        var startMs = world.Time.NowMs;

        void At(double atMs, Action act) => events.Enqueue(act, (atMs, order++));

        void Send(double nowMs, int left)
        {
            if (left == 0)
            {
                return;
            }

            world.Time.SetMs(nowMs);
            var assignment = world.Select(client);
            var id = assignment.Decision.Candidate.Executor.Id;
            var server = servers[id];
            var serviceMs = server.BaseMs + (server.QueueMs * inside[id]) + (server.JitterMs * random.NextDouble());
            inside[id]++;
            var doneMs = nowMs + serviceMs + server.RttMs;
            At(nowMs + serviceMs, () => inside[id]--);
            At(doneMs, () =>
            {
                world.Time.SetMs(doneMs);
                assignment.Complete(doneMs - nowMs, server.RttMs);
                roundTrips.Add(doneMs - nowMs);
                Send(doneMs, left - 1);
            });
        }

        for (var stream = 0; stream < streams; stream++)
        {
            At(startMs, () => Send(startMs, requests));
        }

        while (events.TryDequeue(out var act, out _))
        {
            act();
        }

        return roundTrips;
    }
}
