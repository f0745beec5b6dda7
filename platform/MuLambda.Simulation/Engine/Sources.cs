namespace MuLambda.Simulation;

/// <summary>The streams of all clients, and when each sends its next request.</summary>
internal sealed class Sources
{
    private readonly Topology _topology;
    private readonly EventQueue _queue;
    private readonly Stream[] _streams;

    public Sources(Topology topology, EventQueue queue, long seed)
    {
        (_topology, _queue) = (topology, queue);
        var streams = new List<Stream>();
        for (var client = 0; client < topology.Spec.Clients.Count; client++)
        {
            var spec = topology.Spec.Clients[client];
            var loop = (ClosedLoop)spec.Load;
            for (var i = 0; i < loop.Streams; i++)
            {
                streams.Add(new Stream
                {
                    Client = client,
                    Index = i,
                    Key = RequestChance.StreamKey(seed, client, i),
                    Selector = spec.Selector ?? (streams.Count % topology.Spec.Selectors.Count),
                    Requests = loop.RequestsPerStream,
                    ThinkMs = loop.ThinkMs,
                    FailurePauseMs = loop.FailurePauseMs,
                });
            }
        }

        _streams = [.. streams];
        for (var i = 0; i < _streams.Length; i++)
        {
            if (_streams[i].Requests > 0)
            {
                Open++;
                _queue.Plan(topology.Spec.Clients[_streams[i].Client].StartMs, EventKind.Send, i);
            }
        }
    }

    /// <summary>Streams that have requests left to send.</summary>
    public int Open { get; private set; }

    public int IndexOf(int stream) => _streams[stream].Index;

    /// <summary>Fills in the next request of a stream.</summary>
    public void Next(int stream, ref Request request)
    {
        ref var source = ref _streams[stream];
        var spec = _topology.Spec.Clients[source.Client];
        request.Client = source.Client;
        request.Stream = stream;
        request.Sequence = source.Sent++;
        request.Selector = source.Selector;
        request.StartMs = _queue.NowMs;
        request.Chance = RequestChance.Of(source.Key, request.Sequence);
        request.Items = spec.Items.Of(request.Chance.Uniform(RequestAspects.Items));
        request.Phase = _topology.PhaseOf(source.Client, request.Sequence, request.StartMs);
        request.DeadlineMs = request.StartMs + (spec.TimeoutMs ?? double.PositiveInfinity);
        if (source.Sent == source.Requests)
        {
            Open--;
        }
    }

    /// <summary>A request of a stream is over.</summary>
    public void Ended(int stream, RequestOutcome outcome)
    {
        ref var source = ref _streams[stream];
        if (source.Sent < source.Requests)
        {
            var pauseMs = outcome is RequestOutcome.Answered or RequestOutcome.TimedOut ? source.ThinkMs : source.FailurePauseMs;
            _queue.Plan(_queue.NowMs + pauseMs, EventKind.Send, stream);
        }
    }

    private struct Stream
    {
        public int Client;
        public int Index;
        public ulong Key;
        public int Selector;
        public int Requests;
        public int Sent;
        public double ThinkMs;
        public double FailurePauseMs;
    }
}
