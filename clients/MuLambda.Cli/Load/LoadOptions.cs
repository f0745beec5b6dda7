using System.CommandLine;
using System.Globalization;
using MuLambda.Cli.Commands;
using MuLambda.Load;
using MuLambda.Simulation;

namespace MuLambda.Cli.Load;

/// <summary>The options of <c>load</c> that say what is sent, and when.</summary>
internal sealed class LoadOptions
{
    private const int DefaultDurationSeconds = 30;
    private const int DefaultWarmUpSeconds = 5;
    private const string Poisson = "poisson";
    private const string Uniform = "uniform";
    private const string Bursts = "bursts";

    private readonly Option<double?> _rate = NumberOption.Create<double>(
        "--rate", "NUMBER", "Open loop: so many requests are due in a second in the mean, whatever became of those before",
        rate => rate is > 0 and <= 1_000_000, "above 0 and at most 1000000 a second");

    private readonly Option<string?> _arrivals = Listed(
        "--arrivals", $"When the requests of --rate are due: at random, equally spaced, or at random with bursts [default: {Poisson}]", Poisson, Uniform, Bursts);

    private readonly Option<double?> _burstFactor = NumberOption.Create<double>(
        "--burst-factor", "NUMBER", "How many times as many requests are due in a second of a burst; --rate stays the mean of all [default: 5]",
        factor => factor is > 1 and <= 1000, "above 1 and at most 1000");

    private readonly Option<double?> _burstSeconds = NumberOption.Create<double>(
        "--burst-seconds", "SECONDS", "How long a burst lasts [default: 2]", seconds => seconds is > 0 and <= 3600, "above 0 and at most 3600 seconds");

    private readonly Option<double?> _burstEvery = NumberOption.Create<double>(
        "--burst-every", "SECONDS", "From one burst to the next [default: 10]", seconds => seconds is > 0 and <= 86_400, "above 0 and at most 86400 seconds");

    private readonly Option<string?> _trace = new("--trace")
    {
        Description = "Open loop: requests are due when a CSV file says, a line time_ms or time_ms,items each",
        HelpName = "FILE",
    };

    private readonly Option<int?> _concurrency = NumberOption.Create<int>(
        "--concurrency", "NUMBER", "Closed loop: so many streams send one request after the other",
        streams => streams is >= 1 and <= 65_536, "a whole number from 1 to 65536");

    private readonly Option<TimeSpan?> _duration = TimeOption.Create(
        "--duration", $"How long is measured [default: {DefaultDurationSeconds}s; with --trace until its last request]",
        TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(24));

    private readonly Option<TimeSpan?> _warmUp = TimeOption.Create(
        "--warm-up", $"How long the same load runs first, not measured [default: {DefaultWarmUpSeconds}s; with --trace 0s]",
        TimeSpan.Zero, TimeSpan.FromHours(1));

    private readonly Option<double?> _sloMs = NumberOption.Create<double>(
        "--slo-ms", "MS", "Answers within this latency are goodput", ms => ms is > 0 and <= 3_600_000, "above 0 and at most 3600000 milliseconds");

    private readonly Option<double?> _timeoutMs = NumberOption.Create<double>(
        "--timeout-ms", "MS", "How long a request may take from when it is sent [default: 10000]",
        ms => ms is >= 1 and <= 3_600_000, "from 1 to 3600000 milliseconds");

    private readonly Option<int?> _items = NumberOption.Create<int>(
        "--items", "NUMBER", "The examples in a request: its batch [default: 1]", items => items is >= 1 and <= 4096, "a whole number from 1 to 4096");

    private readonly Option<long?> _seed = NumberOption.Create<long>(
        "--seed", "NUMBER", "Decides schedule and random tensors [default: 1]", _ => true, "a whole number");

    private readonly Option<int?> _maxInFlight = NumberOption.Create<int>(
        "--max-in-flight", "NUMBER", "Open loop: how many requests may be under way; what is due beyond that counts as an error 'not sent' [default: 4096]",
        requests => requests is >= 1 and <= 65_536, "a whole number from 1 to 65536");

    public bool HasItems(CommandContext context) => context.Has(_items);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _rate, _arrivals, _burstFactor, _burstSeconds, _burstEvery, _trace, _concurrency, _duration, _warmUp, _sloMs, _timeoutMs, _items, _seed, _maxInFlight,
        })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            bool Has(Option option) => result.GetResult(option) is { Implicit: false };
            if (new Option[] { _rate, _trace, _concurrency }.Count(Has) != 1)
            {
                result.AddError("Exactly one of --rate, --trace and --concurrency has to be given.");
            }

            if (Has(_arrivals) && !Has(_rate))
            {
                result.AddError("--arrivals goes with --rate only.");
            }

            foreach (var burst in new Option[] { _burstFactor, _burstSeconds, _burstEvery })
            {
                if (Has(burst) && result.GetResult(_arrivals)?.Tokens is not [{ Value: Bursts }])
                {
                    result.AddError($"{burst.Name} goes with --arrivals {Bursts} only.");
                }
            }

            if (Has(_maxInFlight) && Has(_concurrency))
            {
                result.AddError("--max-in-flight goes with --rate and --trace only: --concurrency says how many are under way.");
            }
        });
    }

    /// <exception cref="CliException">What is asked for cannot be run; the message names the option.</exception>
    public LoadPlan Read(CommandContext context)
    {
        var arrivals = ReadArrivals(context);
        var warmUp = context.Get(_warmUp) ?? TimeSpan.FromSeconds(arrivals is TraceArrivals ? 0 : DefaultWarmUpSeconds);
        return new LoadPlan
        {
            Arrivals = arrivals,
            Concurrency = context.Get(_concurrency) ?? 1,
            Duration = context.Get(_duration) ?? (arrivals is TraceArrivals trace ? RestOf(trace, warmUp) : TimeSpan.FromSeconds(DefaultDurationSeconds)),
            WarmUp = warmUp,
            Timeout = TimeSpan.FromMilliseconds(context.Get(_timeoutMs) ?? 10_000),
            SloMs = context.Get(_sloMs),
            MaxInFlight = context.Get(_maxInFlight) ?? 4096,
            Items = context.Get(_items) ?? 1,
            Seed = context.Get(_seed) ?? 1,
        };
    }

    /// <summary>The load in words, as reports have it.</summary>
    public string Describe(CommandContext context, LoadPlan plan)
    {
        var what = plan.Arrivals switch
        {
            null => Of($"closed loop, {plan.Concurrency} streams"),
            TraceArrivals trace => Of($"open loop, trace {context.Get(_trace)} of {trace.Arrivals.Count} requests"),
            PeriodicBurstArrivals => Of($"open loop, {plan.Arrivals.MeanPerSecond:0.###} requests/s, {context.Get(_burstFactor) ?? 5:0.###} times as many for {context.Get(_burstSeconds) ?? 2:0.###} s every {context.Get(_burstEvery) ?? 10:0.###} s"),
            var arrivals => Of($"open loop, {arrivals.MeanPerSecond:0.###} requests/s, {context.Get(_arrivals) ?? Poisson}"),
        };
        return what + Of($"; {plan.Items} a request; {plan.Duration.TotalSeconds:0.###} s after {plan.WarmUp.TotalSeconds:0.###} s of warm-up; seed {plan.Seed}");
    }

    private ArrivalProcess? ReadArrivals(CommandContext context)
    {
        if (context.Get(_trace) is { } file)
        {
            return ReadTrace(context.Console.Resolve(file));
        }

        if (context.Get(_rate) is not { } rate)
        {
            return null;
        }

        switch (context.Get(_arrivals))
        {
            case Uniform:
                return new UniformArrivals(rate);
            case Bursts:
                var (burst, every) = (context.Get(_burstSeconds) ?? 2, context.Get(_burstEvery) ?? 10);
                return burst < every
                    ? new PeriodicBurstArrivals(rate, context.Get(_burstFactor) ?? 5, burst * 1000, every * 1000)
                    : throw CliException.Usage(Of($"--burst-seconds has to be below --burst-every, {every} seconds, not {burst}."));
            default:
                return new PoissonArrivals(rate);
        }
    }

    private static TraceArrivals ReadTrace(string path)
    {
        try
        {
            return TraceArrivals.ReadFile(path);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"--trace: {e.Message}", e);
        }
    }

    // The next whole second, so that the last request is within.
    private static TimeSpan RestOf(TraceArrivals trace, TimeSpan warmUp)
    {
        var rest = TimeSpan.FromSeconds(Math.Floor(trace.Arrivals[^1].AtMs / 1000) + 1) - warmUp;
        return rest > TimeSpan.Zero
            ? rest
            : throw CliException.Usage(Of($"--warm-up has to be shorter than the trace, whose last request is due after {trace.Arrivals[^1].AtMs} ms."));
    }

    private static Option<string?> Listed(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', values) };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !values.Contains(token.Value))
            {
                result.AddError($"{name} has to be one of {string.Join(", ", values)}, not '{token.Value}'.");
            }
        });
        return option;
    }

    private static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
