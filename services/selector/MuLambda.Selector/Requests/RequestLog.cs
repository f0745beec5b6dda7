using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// The last requests, for what their clients tell of them afterwards. Bounded by count and by age; its memory is taken as it is
/// first needed and then stays. A request's id leads to its place, so nothing is searched, and no lock covers more than one request.
/// </summary>
/// <remarks>
/// A request that its client sends itself counts as in flight until the client tells how it ended. For a client that does not tell
/// such things it counts for as long as it is estimated to take: without that, requests that come together would all go to
/// the same executor.
/// </remarks>
internal sealed class RequestLog : IDisposable
{
    /// <summary>The longest a request counts as in flight whose end nobody tells, in milliseconds.</summary>
    public const double LongestHoldMs = 10_000;

    // How long the word of a client that usually gives it is waited for.
    private const double Patience = 8;
    private const double ShortestPatienceMs = 1000;

    private const int SegmentLength = 1024;

    // Who was told of, or made place for another, still lies in the queue until it is due.
    private const int DuePerRequest = 4;

    private static readonly TimeSpan HoldCheck = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AgeCheck = TimeSpan.FromSeconds(1);

    private readonly RequestSlot[]?[] _segments;
    private readonly int _mask;
    private readonly uint _process = unchecked((uint)RandomNumberGenerator.GetInt32(int.MinValue, int.MaxValue));
    private readonly SelectorOptions _options;
    private readonly TimeProvider _time;
    private readonly double _msPerTick;
    private readonly long _start;
    private readonly DueQueue _due;
    private readonly Action<long> _release;
    private readonly SloTrackers? _slos;
    private readonly DemandLedger? _ledger;
    private readonly Reporters _reporters = new();
    private readonly Housekeeping _housekeeping;
    private readonly double _rememberedMs;
    private double _reportersForgottenMs;
    private int _held;
    private long _last;
    private long _oldest = 1;

    public RequestLog(IOptions<SelectorOptions> options, TimeProvider time, SloTrackers? slos = null, DemandLedger? ledger = null)
    {
        _options = options.Value;
        _time = time;
        _slos = slos;
        _ledger = ledger;
        _msPerTick = 1000.0 / time.TimestampFrequency;
        _start = time.GetTimestamp();
        Capacity = (int)BitOperations.RoundUpToPowerOf2((uint)_options.FeedbackRequests);
        _mask = Capacity - 1;
        _rememberedMs = _options.FeedbackSeconds * 1000.0;
        _segments = new RequestSlot[Math.Max(1, Capacity / SegmentLength)][];
        _due = new DueQueue(DuePerRequest * Capacity);
        _release = Release;
        _housekeeping = new Housekeeping(time, Tidy, NextTidy);
    }

    /// <summary>The most requests that are remembered: the option, rounded up to a power of two.</summary>
    public int Capacity { get; }

    /// <summary>The requests that clients send themselves and that count as in flight.</summary>
    public int Held => Volatile.Read(ref _held);

    private double NowMs => (_time.GetTimestamp() - _start) * _msPerTick;

    /// <summary>Remembers a request that its client sends to the executor itself, and ends its assignment in its place.</summary>
    /// <param name="assignment">The assignment; the log ends it.</param>
    /// <param name="client">The client; null where criteria were given instead.</param>
    /// <param name="items">The examples it carries.</param>
    /// <param name="ticket">What the demand counts it as already, where it waited for the executor to be ready.</param>
    public RequestId Hold(Assignment assignment, string? client, int items = 1, DemandTicket ticket = default)
    {
        var decision = assignment.Decision;
        _ledger?.Assign(ref ticket, decision.Candidate, items, _slos?.Find(client)?.Slo);
        var nowMs = NowMs;
        var awaited = _reporters.Find(client) is { IsExpected: true };
        var estimate = decision.Estimate;
        var expectedMs = estimate.LatencyMs;
        var holdMs = Math.Clamp(
            awaited ? Math.Max(ShortestPatienceMs, Patience * expectedMs) : expectedMs, 1, LongestHoldMs);
        var id = Add(nowMs, decision.Candidate, client, assignment, estimate.RttSource == RoundTripSource.Measured ? estimate.RttMs : double.NaN, double.NaN, FeedbackKinds.None, awaited, ticket);
        if (!_due.TryAdd(id.Sequence, (long)Math.Ceiling(nowMs + holdMs)))
        {
            Release(id.Sequence);
        }

        return id;
    }

    /// <summary>Remembers a request that the selector forwarded and that was answered.</summary>
    /// <param name="decision">Who answered.</param>
    /// <param name="client">The client.</param>
    /// <param name="confidence">How sure the model said it was; null where it did not say.</param>
    public RequestId Remember(in Decision decision, string client, double? confidence)
    {
        var nowMs = NowMs;
        _reporters.Succeeded(decision.Candidate.Executor.Id, client, nowMs);
        return Add(
            nowMs, decision.Candidate, client, null, double.NaN, confidence ?? double.NaN,
            FeedbackKinds.Outcome | (confidence is null ? FeedbackKinds.None : FeedbackKinds.Confidence), awaited: false);
    }

    /// <summary>Ends what is held and due. Cheap where nothing is, so that every selection begins with it.</summary>
    public void ReleaseDue() => _due.Sweep((long)NowMs, _release);

    /// <summary>Takes what a client tells of a request, and has the estimators learn from it.</summary>
    public FeedbackResult Tell(RequestId id, in Feedback feedback)
    {
        if (id.Process != _process || id.Sequence < 1)
        {
            return Unknown($"This selector has not given the id {id}: another one has, or this one before it was started again.");
        }

        var nowMs = NowMs;
        ref var slot = ref SlotOf(id.Sequence);
        slot.Enter();
        var isKept = (slot.Sequence & RequestId.SequenceMask) == id.Sequence && nowMs - slot.IssuedMs <= _rememberedMs;
        var repeated = slot.Told & feedback.Kinds;
        var seen = slot;
        if (isKept && repeated == FeedbackKinds.None)
        {
            slot.Told |= feedback.Kinds;
            slot.Confidence = feedback.Confidence ?? slot.Confidence;
            if (feedback.IsOutcome)
            {
                (slot.Assignment, slot.Late, slot.Demand) = (null, null, default);
            }
        }

        slot.Leave();
        if (!isKept)
        {
            return Unknown(Text($"The request {id} is not remembered any more: the last {Capacity} are, for {_rememberedMs / 1000} s."));
        }

        if (repeated != FeedbackKinds.None)
        {
            return new FeedbackResult(
                StatusCodes.Status409Conflict, $"The {Names(repeated)} of the request {id} is known already; nothing was changed.");
        }

        Learn(seen, feedback, nowMs);
        return FeedbackResult.Taken;
    }

    public void Dispose() => _housekeeping.Dispose();

    private RequestId Add(
        double nowMs, Candidate candidate, string? client, Assignment? assignment, double rttMs, double confidence, FeedbackKinds told, bool awaited,
        DemandTicket ticket = default)
    {
        var sequence = Interlocked.Increment(ref _last);
        ref var slot = ref SlotOf(sequence);
        slot.Enter();
        var displaced = assignment;
        var displacedTicket = ticket;

        // A thread that slept while all other places were taken has been overtaken: its request is forgotten already.
        if (slot.Sequence < sequence)
        {
            displaced = slot.Assignment;
            displacedTicket = slot.Demand;
            slot.Sequence = sequence;
            slot.IssuedMs = nowMs;
            slot.Track = candidate.Track;
            slot.Executor = candidate.Executor.Id;
            slot.Client = client;
            slot.Assignment = assignment;
            slot.Demand = ticket;
            slot.Late = null;
            slot.RttMs = rttMs;
            slot.Confidence = confidence;
            slot.Told = told;
            slot.Awaited = awaited;
        }

        slot.Leave();
        Interlocked.Add(ref _held, (assignment is null ? 0 : 1) - (displaced is null ? 0 : 1));
        displaced?.Dispose();
        _ledger?.End(ref displacedTicket, DemandOutcome.Unknown);
        _housekeeping.Wake();
        return new RequestId(_time.GetUtcNow().ToUnixTimeMilliseconds(), sequence & RequestId.SequenceMask, _process);
    }

    private ref RequestSlot SlotOf(long sequence)
    {
        var index = (int)(sequence & _mask);
        ref var segment = ref _segments[index / SegmentLength];
        var slots = Volatile.Read(ref segment)
            ?? Interlocked.CompareExchange(ref segment, new RequestSlot[Math.Min(Capacity, SegmentLength)], null)
            ?? segment;
        return ref slots[index % SegmentLength];
    }

    // Its end was not told in time. Should that be told later it still teaches: were the late ones passed over, the estimators would know
    // none but the answers that were as fast as expected.
    private void Release(long sequence)
    {
        ref var slot = ref SlotOf(sequence);
        slot.Enter();
        Reporter? missedBy = null;
        if ((slot.Sequence & RequestId.SequenceMask) == sequence && slot.Assignment is { } overdue)
        {
            slot.Assignment = null;
            slot.Late = overdue.Release(out var late) ? late : null;
            _ledger?.Release(ref slot.Demand);
            missedBy = slot.Awaited ? _reporters.Find(slot.Client) : null;
            Interlocked.Decrement(ref _held);
        }

        slot.Leave();
        missedBy?.Missed();
    }

    private void Learn(in RequestSlot request, in Feedback feedback, double nowMs)
    {
        var confidence = feedback.Confidence;
        if (feedback.IsOutcome)
        {
            Interlocked.Add(ref _held, request.Assignment is null ? 0 : -1);
            _reporters.Told(request.Client, nowMs);
            _slos?.Told(request.Client, feedback.LatencyMs);
            EndDemand(request, feedback);
        }

        if (feedback.LatencyMs is { } latencyMs)
        {
            _reporters.Succeeded(request.Executor!, request.Client, nowMs);
            double? networkMs = double.IsNaN(request.RttMs) ? null : request.RttMs;
            request.Assignment?.Complete(latencyMs, networkMs, confidence, feedback.RequestsAhead);
            request.Late?.Complete(latencyMs, networkMs, confidence, feedback.RequestsAhead);
            confidence = null;
        }
        else if (feedback.Failed)
        {
            if (_reporters.Believes(request.Executor!, request.Client, nowMs, _options.UnresponsiveAfterMs))
            {
                request.Assignment?.Fail();
                request.Late?.Fail();
            }
            else
            {
                request.Assignment?.Dispose();
            }
        }

        if (confidence is { } sure)
        {
            request.Track!.ObserveConfidence(sure);
        }

        if (feedback.Score is { } score)
        {
            request.Track!.Model.ObserveScore(score, feedback.Confidence ?? request.Confidence);
        }
    }

    private void EndDemand(in RequestSlot request, in Feedback feedback)
    {
        var ticket = request.Demand;
        var isGood = feedback.LatencyMs <= (_slos?.Find(request.Client)?.Slo.LatencyMs ?? double.PositiveInfinity);
        _ledger?.End(ref ticket, isGood ? DemandOutcome.Good : DemandOutcome.Bad, feedback.LatencyMs ?? double.NaN);
    }

    // What is due ends, and what is too old is forgotten, also while no request comes by.
    private void Tidy()
    {
        ReleaseDue();
        var nowMs = NowMs;
        ForgetBefore(nowMs - _rememberedMs);
        if (nowMs >= _reportersForgottenMs + _rememberedMs)
        {
            _reportersForgottenMs = nowMs;
            _reporters.Forget(nowMs - _rememberedMs);
        }
    }

    private TimeSpan? NextTidy() =>
        _due.Count > 0 ? HoldCheck
        : _oldest <= Volatile.Read(ref _last) || !_reporters.IsEmpty ? AgeCheck
        : null;

    private void ForgetBefore(double issuedMs)
    {
        var last = Volatile.Read(ref _last);
        _oldest = Math.Max(_oldest, last - Capacity + 1);
        for (; _oldest <= last; _oldest++)
        {
            ref var slot = ref SlotOf(_oldest);
            slot.Enter();
            if (slot.Sequence < _oldest || (slot.Sequence == _oldest && slot.IssuedMs >= issuedMs))
            {
                // Being written just now, or young enough, as are all after it.
                slot.Leave();
                return;
            }

            Assignment? held = null;
            var ticket = default(DemandTicket);
            if (slot.Sequence == _oldest)
            {
                (held, ticket) = (slot.Assignment, slot.Demand);
                slot.Clear();
            }

            slot.Leave();
            _ledger?.End(ref ticket, DemandOutcome.Unknown);
            if (held is { } old)
            {
                Interlocked.Decrement(ref _held);
                old.Dispose();
            }
        }
    }

    private static FeedbackResult Unknown(string detail) => new(StatusCodes.Status404NotFound, detail);

    private static string Names(FeedbackKinds kinds) => string.Join(
        " and the ", Enum.GetValues<FeedbackKinds>().Where(kind => kind != FeedbackKinds.None && kinds.HasFlag(kind)).Select(kind => kind.ToString().ToLowerInvariant()));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
