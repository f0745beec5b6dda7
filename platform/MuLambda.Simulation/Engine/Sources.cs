namespace MuLambda.Simulation;

/// <summary>The streams of all clients, and when each sends its next request. An open loop is one stream.</summary>
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
            Add(streams, client, topology.Spec.Clients[client].Load, seed);
        }

        _streams = [.. streams];
        Open = _streams.Length;
        for (var i = 0; i < _streams.Length; i++)
        {
            if (_streams[i].Arrivals is null)
            {
                queue.Plan(topology.Spec.Clients[_streams[i].Client].StartMs, EventKind.Send, i);
            }
            else
            {
                PlanArrival(i);
            }
        }
    }

    /// <summary>Streams that have requests left to send.</summary>
    public int Open { get; private set; }

    public int IndexOf(int stream) => _streams[stream].Index;

    /// <summary>An open loop's next request arrives, and the one after it is planned.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="isRefused">Whether too many are under way.</param>
    /// <returns>The examples it carries; 0 where the arrival does not say.</returns>
    public int Arrived(int stream, out bool isRefused)
    {
        ref var source = ref _streams[stream];
        isRefused = source.UnderWay >= source.MaxInFlight;
        return source.Arrivals!.Current.Items;
    }

    /// <summary>Fills in the next request of a stream.</summary>
    public void Next(int stream, int items, ref Request request)
    {
        ref var source = ref _streams[stream];
        var spec = _topology.Spec.Clients[source.Client];
        request.Client = source.Client;
        request.Stream = stream;
        request.Sequence = source.Sent++;
        request.Selector = source.Selector >= 0 ? source.Selector : request.Sequence % _topology.Spec.Selectors.Count;
        request.StartMs = _queue.NowMs;
        request.Chance = RequestChance.Of(source.Key, request.Sequence);
        request.Items = items > 0 ? items : spec.Items.Of(request.Chance.Uniform(RequestAspects.Items));
        request.Phase = _topology.PhaseOf(source.Client, request.Sequence, request.StartMs);
        request.DeadlineMs = request.StartMs + (spec.TimeoutMs ?? double.PositiveInfinity);
        source.UnderWay++;
        if (source.Sent == source.Requests)
        {
            Open--;
        }
        else if (source.Arrivals is not null)
        {
            PlanArrival(stream);
        }
    }

    /// <summary>A request of a stream is over.</summary>
    public void Ended(int stream, RequestOutcome outcome)
    {
        ref var source = ref _streams[stream];
        source.UnderWay--;
        if (source.Arrivals is null && source.Sent < source.Requests)
        {
            var pauseMs = outcome is RequestOutcome.Answered or RequestOutcome.TimedOut ? source.ThinkMs : source.FailurePauseMs;
            _queue.Plan(_queue.NowMs + pauseMs, EventKind.Send, stream);
        }
    }

    private void Add(List<Stream> streams, int client, ClientLoad load, long seed)
    {
        var spec = _topology.Spec.Clients[client];
        switch (load)
        {
            case ClosedLoop loop:
                for (var i = 0; i < loop.Streams; i++)
                {
                    streams.Add(new Stream
                    {
                        Client = client,
                        Index = i,
                        Key = RequestChance.StreamKey(seed, client, i),
                        Selector = spec.Selector ?? (streams.Count % _topology.Spec.Selectors.Count),
                        Requests = loop.RequestsPerStream,
                        ThinkMs = loop.ThinkMs,
                        FailurePauseMs = loop.FailurePauseMs,
                    });
                }

                break;
            case OpenLoop loop:
                streams.Add(new Stream
                {
                    Client = client,
                    Key = RequestChance.StreamKey(seed, client, 0),
                    Selector = spec.Selector ?? -1,
                    Requests = loop.Requests ?? -1,
                    MaxInFlight = loop.MaxInFlight,
                    Arrivals = loop.Arrivals.Begin(new RequestChance(RequestChance.StreamKey(seed, client, -1))),
                });
                break;
            default:
                throw new NotSupportedException($"There is no source for {load.GetType().Name}.");
        }
    }

    private void PlanArrival(int stream)
    {
        ref var source = ref _streams[stream];
        if (source.Arrivals!.MoveNext())
        {
            _queue.Plan(
                _topology.Spec.Clients[source.Client].StartMs + source.Arrivals.Current.AtMs, EventKind.Arrival, stream);
        }
        else
        {
            Open--;
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
        public int UnderWay;
        public int MaxInFlight;
        public double ThinkMs;
        public double FailurePauseMs;
        public IEnumerator<Arrival>? Arrivals;
    }
}
