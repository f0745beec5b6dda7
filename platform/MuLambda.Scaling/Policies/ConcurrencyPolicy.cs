using static System.FormattableString;

namespace MuLambda.Scaling;

/// <summary>
/// Knative's pod autoscaler (KPA): as many replicas as the mean concurrency over a stable window asks for at a target concurrency each, and while the mean over a much
/// shorter panic window asks for twice what is ready, the most that either window asked for. Source: Knative Serving, "About autoscaling" and config-autoscaler.
/// </summary>
/// <remarks>
/// Knative keeps the time of the last panic and the most it asked for meanwhile. Both follow from the samples and decisions here: panic is on while it was called
/// for at some tick of the last stable window, and as nothing is removed in it, the most asked for is what was last decided.
/// </remarks>
internal sealed class ConcurrencyPolicy(PolicyOptions options) : IScalingPolicy
{
    public const string PolicyName = "concurrency";

    private static readonly PolicyOption Target = new("container-concurrency-target", 100, 0.01, 100_000, "The concurrent requests that a replica is meant for.");
    private static readonly PolicyOption Utilization = new("target-utilization-percentage", 70, 1, 100, "How much of that is aimed at.");
    private static readonly PolicyOption StableWindow = new("stable-window-seconds", 60, 6, 600, "The window over which concurrency is averaged.");
    private static readonly PolicyOption PanicWindow = new("panic-window-percentage", 10, 1, 100, "The panic window, as a share of the stable window.");

    private static readonly PolicyOption PanicThreshold = new(
        "panic-threshold-percentage", 200, 110, 1000, "Panic begins where the panic window asks for this share of the replicas that are ready.");

    private static readonly PolicyOption MaxUpRate = new("max-scale-up-rate", 1000, 1.01, 100_000, "The most that ready replicas are multiplied by at a time.");
    private static readonly PolicyOption MaxDownRate = new("max-scale-down-rate", 2, 1.01, 100_000, "The most that ready replicas are divided by at a time.");
    private static readonly PolicyOption DownDelay = new("scale-down-delay-seconds", 0, 0, 300, "How long less has to be enough before any is removed.");
    private static readonly PolicyOption Grace = new("scale-to-zero-grace-period-seconds", 30, 0, 300, "How long the last replica stays after none is asked for.");
    private static readonly PolicyOption ActivationScale = new("activation-scale", 1, 1, 1000, "The fewest replicas where there are any.");
    private static readonly PolicyOption InitialScale = new("initial-scale", 1, 0, 1000, "The replicas of a new deployment.");
    private static readonly PolicyOption Tick = new("tick-seconds", 2, 0.1, 60, "How often it decides.");

    private readonly double _target = Math.Max(0.01, options[Target] * options[Utilization] / 100);
    private readonly double _stableMs = options.Ms(StableWindow);

    // Knative rounds the panic window to whole seconds.
    private readonly double _panicMs = Math.Max(1000, Math.Round(options[StableWindow] * options[PanicWindow] / 100) * 1000);
    private readonly double _threshold = options[PanicThreshold] / 100;
    private readonly double _upRate = options[MaxUpRate];
    private readonly double _downRate = options[MaxDownRate];
    private readonly double _delayMs = options.Ms(DownDelay);
    private readonly double _graceMs = options.Ms(Grace);
    private readonly int _activation = options.Whole(ActivationScale);
    private readonly int _initial = options.Whole(InitialScale);
    private readonly double _tickMs = options.Ms(Tick);

    public static IReadOnlyList<PolicyOption> Options { get; } =
    [
        Target, Utilization, StableWindow, PanicWindow, PanicThreshold, MaxUpRate, MaxDownRate, DownDelay, Grace, ActivationScale, InitialScale, Tick,
    ];

    public string Name => PolicyName;

    public ScalingTarget Decide(ScalingSnapshot snapshot)
    {
        var history = snapshot.History;
        var current = history.Decisions > 0 ? snapshot.Current() : snapshot.Bounded(Math.Max(_initial, snapshot.Ready + snapshot.Starting));
        if (!snapshot.IsKnown())
        {
            return snapshot.Unknown(current);
        }

        // The first request after none is told to the autoscaler at once, by the activator that holds it.
        var poked = current == 0 && (history[0].Waiting > 0 || history[0].Concurrency > 0);
        var tick = poked ? snapshot.NowMs : Math.Floor(snapshot.NowMs / _tickMs) * _tickMs;
        var nextTickMs = Math.Floor(snapshot.NowMs / _tickMs) * _tickMs + _tickMs - snapshot.NowMs;
        var window = At(snapshot, tick);
        var inputs = new DecisionInputs
        {
            ["stableConcurrency"] = window.Stable,
            ["panicConcurrency"] = window.Panic,
            ["targetConcurrency"] = _target,
            ["ready"] = window.Ready,
            ["current"] = current,
        };
        if (!poked && history.Decisions > 0 && history.Decision(0).AtMs >= tick)
        {
            return Decided(current, "It decides again at the next tick.");
        }

        if (!window.Known)
        {
            return Decided(current, "The reports say nothing of the last seconds yet.");
        }

        var panicking = IsPanicking(snapshot, tick, out var sinceMs);
        inputs["panic"] = panicking ? 1 : 0;
        double desired = Math.Max(window.DesiredStable, panicking ? window.DesiredPanic : 0);
        var reason = window.Stable <= 0 && desired == 0
            ? Invariant($"There was no request for {Text.Time(_stableMs)}.")
            : Invariant($"On average {Text.Count(window.Stable, "request")} at a time over {Text.Time(_stableMs)}, at {_target:0.##} a replica.");
        if (panicking)
        {
            reason = Invariant($"{Text.Count(window.Panic, "request")} at a time over {Text.Time(_panicMs)}, at {_target:0.##} a replica; panic since {Text.Time(sinceMs)} ago, in which none is removed.");
            desired = Math.Max(desired, current);
        }
        else
        {
            for (var before = tick - _tickMs; before > tick - _delayMs; before -= _tickMs)
            {
                desired = Math.Max(desired, At(snapshot, before) is { Known: true } earlier ? earlier.DesiredStable : current);
            }
        }

        if (poked)
        {
            desired = Math.Max(1, desired);
        }

        if (desired < 1 && snapshot.Min == 0 && current > 0)
        {
            // Not asked for at any tick of the grace period means no concurrency in any of their windows.
            var fromMs = tick - _stableMs - _graceMs;
            if (history.BeginMs > fromMs || AtLeast(history.Window(fromMs, tick).Concurrency))
            {
                return Decided(1, Invariant($"{reason} The last replica stays {Text.Time(_graceMs)} longer."));
            }
        }

        return Decided(desired, reason);

        ScalingTarget Decided(double replicas, string because) => new(snapshot.Bounded(replicas), because, inputs, nextTickMs);
    }

    // Rounding in the windows' sums is no concurrency.
    private static bool AtLeast(double concurrency) => concurrency > 5e-7;

    // What each window asks for at a tick.
    private Asked At(ScalingSnapshot snapshot, double atMs)
    {
        var history = snapshot.History;
        var stable = history.Window(atMs - _stableMs, atMs);
        var panic = history.Window(atMs - _panicMs, atMs);
        var age = history.AgeAt(atMs);
        var ready = age == 0 ? snapshot.Ready : age < history.Count ? history[age].Replicas : 0;
        var counted = Math.Max(1, ready);
        var (most, fewest) = (Math.Ceiling(_upRate * counted), Math.Floor(counted / _downRate));
        var stableAsks = AtLeast(stable.Concurrency) ? Math.Ceiling(stable.Concurrency / _target) : 0;
        var panicAsks = AtLeast(panic.Concurrency) ? Math.Ceiling(panic.Concurrency / _target) : 0;
        return new Asked(
            stable.LengthMs > 0 && panic.LengthMs > 0,
            stable.Concurrency,
            panic.Concurrency,
            ready,
            Limited(stableAsks),
            Limited(panicAsks),
            panicAsks / counted >= _threshold);

        double Limited(double asked) => Math.Max(Math.Min(Math.Max(asked, fewest), most), asked > 0 && _activation > 1 ? _activation : 0);
    }

    // Panic ends when a stable window has passed since it was last called for.
    private bool IsPanicking(ScalingSnapshot snapshot, double tick, out double sinceMs)
    {
        for (var at = tick; at >= tick - _stableMs; at -= _tickMs)
        {
            if (At(snapshot, at) is { Known: true, Panics: true })
            {
                sinceMs = snapshot.NowMs - at;
                return true;
            }
        }

        sinceMs = double.NaN;
        return false;
    }

    private readonly record struct Asked(
        bool Known, double Stable, double Panic, int Ready, double DesiredStable, double DesiredPanic, bool Panics);
}
