using System.CommandLine;
using System.Globalization;
using System.Text;
using MuLambda.Catalog;
using MuLambda.Simulation;

namespace MuLambda.Benchmarks.Simulation;

/// <summary><c>simulation</c>: how many requests a second the simulator gets through on one core.</summary>
internal static class SimulationCommand
{
    public static Command Create()
    {
        var executors = Number("--executors", "Executors, four to a node.", 16);
        var clients = Number("--clients", "Clients.", 1);
        var streams = Number("--streams", "Streams of each client's closed loop.", 34);
        var requests = Number("--requests", "Requests of a round, all streams together.", 500_000);
        var rounds = Number("--rounds", "Rounds; the median is shown.", 5);
        var choosers = new Option<string[]>("--policy")
        {
            HelpName = "NAME",
            Description = "What chooses, repeatable: a policy or an oracle.",
            DefaultValueFactory = _ => [.. Cluster.Choosers],
        };
        choosers.AcceptOnlyFromAmong([.. Cluster.Choosers]);
        var silent = new Option<bool>("--silent") { Description = "Leaves out probes and heartbeats." };
        var command = new Command("simulation", "Simulated requests a second on one core, by policy.")
        {
            executors, clients, streams, requests, rounds, choosers, silent,
        };
        command.SetAction(result =>
        {
            var all = Math.Max(1, result.GetValue(requests) / (result.GetValue(clients) * result.GetValue(streams)));
            var spec = Spec(result.GetValue(executors), result.GetValue(clients), new ClosedLoop(result.GetValue(streams), all));
            if (result.GetValue(silent))
            {
                spec = spec with { Probes = ProbeSpec.None, LoadReports = new() { IntervalMs = 0 } };
            }

            Console.Out.Write(Measure(spec, result.GetValue(choosers)!, result.GetValue(rounds)));
        });
        return command;
    }

    private static string Measure(ClusterSpec spec, string[] choosers, int rounds)
    {
        var text = new StringBuilder()
            .AppendLine("| policy | requests/s | ns a request | bytes a request | mean round trip, ms |")
            .AppendLine("|---|---:|---:|---:|---:|");
        foreach (var chooser in choosers)
        {
            if (rounds > 1)
            {
                // One more, which compiles.
                Cluster.Run(spec, chooser, 0, new Mean());
            }

            var times = new List<double>();
            var bytes = 0.0;
            var mean = new Mean();
            for (var round = 0; round < rounds; round++)
            {
                mean = new Mean();
                var allocated = GC.GetAllocatedBytesForCurrentThread();

                // The processor's time, all threads together: what else runs on the machine must not count.
                var began = Environment.CpuUsage.TotalTime;
                var summary = Cluster.Run(spec, chooser, round + 1, mean);
                times.Add((Environment.CpuUsage.TotalTime - began).TotalSeconds / summary.Requests);
                bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)summary.Requests;
            }

            times.Sort();
            var median = times[times.Count / 2];
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {chooser} | {1 / median:#,##0} | {median * 1e9:#,##0} | {bytes:0.#} | {mean.RoundTripMs:0.#} |"));
        }

        return text.ToString();
    }

    // The published evaluation's parity schedule, as often as the executors need.
    private static ClusterSpec Spec(int executors, int clients, ClosedLoop load)
    {
        var models = new[]
        {
            Model("fast-bad", new(10, 0.001, 0.1, 5), 0.5, 0.1, [0.5, 0.3, 0.1]),
            Model("mid-ok", new(75, 0.02, 0.3, 30), 0.85, 0.5, [0.85, 0.55, 0.35]),
            Model("mid-good", new(100, 0.04, 0.7, 30), 0.95, 0.6, [0.95, 0.75, 0.55]),
            Model("slow-good", new(200, 0.08, 0.7, 60), 1, 0.9, [1, 0.8, 0.6]),
        };
        double[] delaysMs = [10, 30, 100, 300];
        var nodes = (executors + 3) / 4;
        return new ClusterSpec
        {
            Nodes = [.. Enumerable.Range(0, nodes).Select(i => new NodeSpec($"node-{i}", delaysMs[i % 4]))],
            Models = models,
            Executors = [.. Enumerable.Range(0, executors).Select(i => new ExecutorSpec($"executor-{i}", i / 4, i % 4))],
            Clients =
            [
                .. Enumerable.Range(0, clients).Select(i => new ClientSpec(
                    $"client-{i}", new Criteria(ClusterSpec.DefaultTraits, new Preference(0.5, 0.5)), load)
                {
                    Items = new ItemCount.Fixed(10),
                }),
            ],
        };
    }

    private static ModelSpec Model(string name, SyntheticServiceTime service, double accuracy, double gamma, double[] confidences) =>
        new(name, service, accuracy, new ConfidenceSpec(confidences, gamma));

    private static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} must be 1 at least.");
            }
        });
        return option;
    }

    private sealed class Mean : IRequestSink
    {
        private long _count;
        private double _sumMs;

        public double RoundTripMs => _sumMs / _count;

        public void Finished(in RequestRecord record)
        {
            _count++;
            _sumMs += record.RoundTripMs;
        }
    }
}
