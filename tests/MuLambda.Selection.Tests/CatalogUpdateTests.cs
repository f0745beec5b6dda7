using System.Collections.Immutable;
using MuLambda.Catalog;
using MuLambda.Selection.Coordinates;
using Xunit.Abstractions;

namespace MuLambda.Selection.Tests;

/// <summary>What changes in the catalog is seen, and what does not change is not made again.</summary>
public sealed class CatalogUpdateTests(ITestOutputHelper output)
{
    [Fact]
    public void Another_load_is_shown_in_place()
    {
        var world = World.DigitZoo().Latency("local", "fast", 5);
        var (before, demand) = (world.Snapshot, world.Demand("fast"));
        var held = world.Select("accurate");

        world.Executor("cnn", "cnn", load: new ExecutorLoad(2, 1, ServiceMs: 30));

        world.Demand("fast").ShouldBeSameAs(demand);
        world.Snapshot.Executors.ShouldBeSameAs(before.Executors);
        Prospect(world, "cnn").ShouldSatisfyAllConditions(
            p => p.Candidate.Executor.Load.ShouldBe(new ExecutorLoad(2, 1, ServiceMs: 30)),
            p => p.State.Estimate.ServiceMs.ShouldBeGreaterThanOrEqualTo(30, "nobody has asked it yet, but it says what it takes"),
            p => p.State.InFlight.ShouldBe(1));
        held.Decision.Candidate.Executor.Load.ShouldBeNull("a decision keeps what it was taken on");
        held.Complete(30, 0);
        Prospect(world, "cnn").State.InFlight.ShouldBe(0);
    }

    [Fact]
    public void Another_state_counts_at_once_for_whoever_holds_an_older_snapshot_too()
    {
        var world = World.DigitZoo();
        var demand = world.Demand("accurate");
        world.Selector.Select(demand, 1)!.Value.Decision.Candidate.Executor.Id.ShouldBe("cnn");

        world.Executor("cnn", "cnn", state: ExecutorState.Draining, reason: "the node is drained");

        world.Demand("accurate").ShouldBeSameAs(demand);
        world.Selector.Select(demand, 1)!.Value.Decision.Candidate.Executor.Id.ShouldBe("mlp-wide");
        Prospect(world, "cnn").ShouldSatisfyAllConditions(
            p => p.ExcludedBy.ShouldBe([Criterion.State]), p => p.Candidate.Executor.Reason.ShouldBe("the node is drained"));
    }

    [Fact]
    public void A_return_to_ready_or_another_endpoint_ends_a_quarantine()
    {
        var world = World.DigitZoo();
        world.Select("accurate").Fail();
        world.Snapshot.Executors["cnn"].IsQuarantined.ShouldBeTrue();

        world.Executor("cnn", "cnn", load: new ExecutorLoad(1, 0));
        world.Snapshot.Executors["cnn"].IsQuarantined.ShouldBeTrue();

        world.Executor("cnn", "cnn", rest: "http://127.0.0.1:2");
        world.Snapshot.Executors["cnn"].IsQuarantined.ShouldBeFalse();
        world.Select("accurate").Decision.Candidate.Executor.Endpoints.Rest.ShouldBe("http://127.0.0.1:2");
    }

    [Fact]
    public void A_round_trip_measured_again_is_only_its_clients_affair()
    {
        var world = World.DigitZoo().Latency("local", "fast", 5).Latency("local", "accurate", 7);
        var (snapshot, fast, accurate) = (world.Snapshot, world.Demand("fast"), world.Demand("accurate"));

        world.Latency("local", "fast", 6);

        world.Demand("accurate").ShouldBeSameAs(accurate);
        world.Demand("fast").Group.ShouldBeSameAs(fast.Group);
        Prospect(world, "cnn", "fast").State.Estimate.RttMs.ShouldBe(6);
        fast.RoundTripOf(0).ShouldBe((5, RoundTripSource.Measured), "the older snapshot has the older round trip");
        snapshot.TryGetDemand("fast", out var old).ShouldBeTrue();
        old.ShouldBeSameAs(fast);
    }

    [Fact]
    public void A_report_renewed_with_the_same_round_trip_changes_no_demand()
    {
        var world = World.DigitZoo().Latency("local", "fast", 5);
        var demand = world.Demand("fast");

        world.Latency("local", "fast", 5);

        world.Demand("fast").ShouldBeSameAs(demand);
    }

    [Fact]
    public void Clients_and_reports_that_come_leave_the_others_demands_alone()
    {
        var world = World.DigitZoo().Latency("local", "fast", 5);
        var (fast, accurate) = (world.Demand("fast"), world.Demand("accurate"));
        var rows = fast.RowRoundTripsMs;

        world.Client("more", 1, 1).Latency("local", "more", 9);

        world.Demand("fast").ShouldBeSameAs(fast);
        world.Demand("accurate").ShouldBeSameAs(accurate);
        world.Demand("fast").RowRoundTripsMs.ShouldBeSameAs(rows);
        Prospect(world, "cnn", "more").State.Estimate.RttMs.ShouldBe(9);
    }

    [Fact]
    public void An_executor_that_comes_lays_out_its_own_group_only()
    {
        var texts = new Traits("classification", "text", "label");
        var world = World.DigitZoo().Model("words", 0.9, traits: texts).Executor("words", "words").Client("reader", 1, 0, traits: texts)
            .Latency("local", "fast", 5);
        var (fast, reader) = (world.Demand("fast"), world.Demand("reader"));

        world.Executor("words-2", "words");

        world.Demand("fast").ShouldBeSameAs(fast);
        world.Demand("reader").ShouldNotBeSameAs(reader);
        world.Selector.Survey(world.Demand("reader"), 1).Count.ShouldBe(2);
    }

    [Fact]
    public void Whoever_was_never_measured_shares_the_rows_that_say_so()
    {
        var world = World.DigitZoo().Latency("local", "fast", 5);

        var rows = world.Snapshot.DemandOf(world.Demand("fast").Criteria).RowRoundTripsMs;

        world.Demand("accurate").RowRoundTripsMs.ShouldBeSameAs(rows);
        world.Snapshot.DemandOf(world.Demand("balanced").Criteria).RowRoundTripsMs.ShouldBeSameAs(rows);
        rows.Take(4).ShouldAllBe(ms => float.IsNaN(ms));
        world.Demand("fast").RowRoundTripsMs.Take(4).ShouldBe([5, 5, 5, 5]);
    }

    [Fact]
    public void Rows_beyond_the_bound_are_let_go_and_made_again()
    {
        const int Executors = 2000;
        var world = new World().Model("m", 0.9).Client("c", 1, 0);
        for (var i = 0; i < Executors; i++)
        {
            world.Executor($"e{i}", "m", node: $"n{i % 4}");
        }

        var group = world.Demand("c").Group!;
        var keeper = new RoundTripRows(mostBytes: 3 * sizeof(float) * CandidateColumns.Padded(Executors));
        var predictor = RoundTripPredictor.Create(new Coordinate?[4]);
        var demands = Enumerable.Range(0, 10).Select(i => new Demand(
            $"c{i}", world.Demand("c").Criteria, group, new ClientRoundTrips(predictor, [new(0, i)]), keeper)).ToList();

        var made = demands.ConvertAll(demand => demand.RowRoundTripsMs);

        demands[9].RowRoundTripsMs.ShouldBeSameAs(made[9]);
        demands[7].RowRoundTripsMs.ShouldBeSameAs(made[7]);
        keeper.Bytes.ShouldBe(3 * sizeof(float) * CandidateColumns.Padded(Executors));
        demands[0].RowRoundTripsMs.ShouldNotBeSameAs(made[0]);
        demands[0].RowRoundTripsMs.ShouldBe(made[0]);
        demands[7].RowRoundTripsMs.ShouldNotBeSameAs(made[7]);
        keeper.Clear();
        keeper.Bytes.ShouldBe(0);
    }

    [Fact]
    public void Of_many_executors_of_a_model_all_come_to_know_what_one_taught()
    {
        var world = new World("round-robin").Model("m", 0.9).Client("c", 0, 1);
        for (var i = 0; i < 200; i++)
        {
            world.Executor($"e{i:000}", "m");
        }

        var columns = world.Demand("c").Group!.Columns;
        for (var i = 0; i < 4; i++)
        {
            var assignment = world.Select("c");
            assignment.Complete(50, 0, confidence: 0.3);
        }

        columns.Unknown.Take(200).Count(known => known == CandidateColumns.KnownBySize).ShouldBe(0);
        columns.Accuracy.Take(200).ShouldAllBe(accuracy => accuracy < 0.85f);
    }

    [Fact]
    public async Task Requests_go_on_while_the_catalog_moves()
    {
        var world = World.DigitZoo().Latency("local", "fast", 5);
        var demand = world.Demand("fast");
        var requests = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                var assignment = world.Selector.Select(demand, 1)!.Value;
                assignment.Decision.Estimate.RttMs.ShouldBe(5);
                assignment.Complete(1 + (i % 5), 0);
            }
        })).ToArray();

        for (var i = 0; i < 500; i++)
        {
            world.Executor("cnn", "cnn", load: new ExecutorLoad(i, 0, ServiceMs: 1 + i)).Latency("local", "fast", 6 + i);
            world.Demand("fast").RoundTripOf(0).RoundTripMs.ShouldBe(6 + i);
        }

        await Task.WhenAll(requests);
        world.Snapshot.Executors.Values.ShouldAllBe(e => e.InFlight == 0 && e.ItemsInFlight == 0);
        Prospect(world, "cnn").Candidate.Executor.Load!.InFlight.ShouldBe(499);
    }

    [Fact]
    public void Reports_told_in_another_order_are_the_same_reports()
    {
        var reports = Enumerable.Range(0, 6)
            .Select(i => new LatencyReport($"node-{i % 3}", $"client-{i / 3}", 10 + i, 100, 10, default)).ToList();
        var (index, changed) = (new ReportIndex(), new LatencyReport("node-1", "client-1", 99, 100, 10, default));
        index.Update(reports.ToDictionary(Key));
        index.Changes.Count.ShouldBe(6);

        index.Update(reports.Where((_, i) => i != 4).Append(changed).Reverse().ToDictionary(Key));

        index.Of("client-0").ToArray().ShouldBe(reports.Take(3), ignoreOrder: true);
        index.Of("client-1").ToArray().ShouldBe([reports[3], reports[5], changed], ignoreOrder: true);

        index.Update(reports.Take(2).ToDictionary(Key));

        index.Of("client-0").ToArray().ShouldBe(reports.Take(2), ignoreOrder: true);
        index.Of("client-1").IsEmpty.ShouldBeTrue();
        static string Key(LatencyReport report) => CatalogSnapshot.LatencyId(report.Node, report.Client);
    }

    [Fact]
    public void However_a_catalog_came_about_it_is_selected_from_alike()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var catalog = new RandomCatalog(random);
            var followed = new SelectionIndex();
            for (var step = 0; step < 60; step++)
            {
                catalog.Change();
                var snapshot = catalog.Index(followed, step);
                if (random.Next(3) == 0)
                {
                    // Rows that are made are rows that must not be kept where they are no longer true.
                    Describe(snapshot, catalog);
                }

                if (random.Next(4) == 0)
                {
                    Describe(snapshot, catalog).ShouldBe(
                        Describe(catalog.Index(new SelectionIndex(), step), catalog), $"seed {seed}, round {round}, step {step}");
                }
            }
        }
    }

    private static Prospect Prospect(World world, string executor, string client = "accurate") =>
        world.Selector.Survey(world.Demand(client), 1).Single(p => p.Candidate.Executor.Id == executor);

    private static List<string> Describe(SelectionSnapshot snapshot, RandomCatalog catalog)
    {
        var selector = new ModelSelector(SelectionPolicies.Create("mulambda", 1), new ManualTime());
        var lines = new List<string>();
        foreach (var client in RandomCatalog.Names("client", 6))
        {
            if (!snapshot.TryGetDemand(client, out var demand))
            {
                lines.Add($"{client}: none");
                continue;
            }

            demand.Criteria.ShouldBe(catalog.Clients[client].Criteria);
            foreach (var prospect in selector.Survey(demand, 2).OrderBy(p => (p.Candidate.Executor.Id, p.Candidate.Model.Name)))
            {
                prospect.Candidate.Executor.ShouldBeSameAs(catalog.Executors[prospect.Candidate.Executor.Id]);
                prospect.Candidate.Model.ShouldBeSameAs(catalog.Models[prospect.Candidate.Model.Reference.ToString()]);
                lines.Add(
                    $"{client}: {prospect.Candidate.Executor.Id} {prospect.Candidate.Model.Name} {prospect.State.Estimate} {string.Join(',', prospect.ExcludedBy)}");
            }
        }

        lines.AddRange(
            from one in RandomCatalog.Names("node", 5) from other in RandomCatalog.Names("node", 5)
            select $"{one} {other} {snapshot.RoundTripMs(one, other)}");
        lines.AddRange(snapshot.Executors.Keys.Order(StringComparer.Ordinal));
        return lines;
    }

    /// <summary>A catalog in which anything may change, mostly what changes most in a running platform.</summary>
    private sealed class RandomCatalog(Random random)
    {
        private static readonly Traits[] AllTraits = [World.Digits, new("classification", "text", "label")];

        private ImmutableDictionary<string, LatencyReport> _latencies = ImmutableDictionary<string, LatencyReport>.Empty;
        private ImmutableDictionary<string, Node> _nodes = ImmutableDictionary<string, Node>.Empty;

        public ImmutableDictionary<string, Model> Models { get; private set; } = ImmutableDictionary<string, Model>.Empty;

        public ImmutableDictionary<string, Executor> Executors { get; private set; } = ImmutableDictionary<string, Executor>.Empty;

        public ImmutableDictionary<string, Client> Clients { get; private set; } = ImmutableDictionary<string, Client>.Empty;

        public static IEnumerable<string> Names(string kind, int count) => Enumerable.Range(0, count).Select(i => $"{kind}-{i}");

        public SelectionSnapshot Index(SelectionIndex index, long revision) =>
            index.Update(revision, Models, Executors, Clients, _latencies, _nodes);

        public void Change()
        {
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                ChangeOne();
            }
        }

        private void ChangeOne()
        {
            switch (random.Next(20))
            {
                case 0:
                    PutModel();
                    break;
                case 1 or 2:
                    PutExecutor();
                    break;
                case 3:
                    Executors = Executors.Remove(Name("executor", 6));
                    break;
                case 4:
                    PutClient();
                    break;
                case 5:
                    Clients = Clients.Remove(Name("client", 6));
                    break;
                case 6:
                    _latencies = _latencies.Remove(CatalogSnapshot.LatencyId(Name("node", 5), Name("client", 6)));
                    break;
                case 7 or 8 or 9:
                    PutNode();
                    break;
                case 10:
                    _nodes = _nodes.Remove(Name("node", 5));
                    break;
                case < 16:
                    Report();
                    break;
                default:
                    Measure();
                    break;
            }
        }

        private void PutModel()
        {
            var (task, input, answer) = AllTraits[random.Next(AllTraits.Length)];
            var model = new Model(
                Name("model", 4), 1, task, input, answer, new Accuracy("top-1", random.NextDouble()), [], ModelFormat.SavedModel,
                random.Next(1000, 5_000_000), "", null, default);
            Models = Models.SetItem(model.Reference.ToString(), model);
        }

        private void PutExecutor()
        {
            var id = Name("executor", 6);
            Executors = Executors.SetItem(id, new Executor(
                id, Name("node", 5), [.. Names("model", 4).Where(_ => random.Next(2) == 0).Select(name => new ModelReference(name, 1))],
                new ExecutorEndpoints("http://127.0.0.1:1"), ExecutorState.Ready));
        }

        private void PutClient()
        {
            var id = Name("client", 6);
            Clients = Clients.SetItem(id, new Client(
                id, new Criteria(AllTraits[random.Next(AllTraits.Length)], new Preference(random.NextDouble(), 0.5)),
                Node: random.Next(2) == 0 ? Name("node", 2) : null));
        }

        private void PutNode()
        {
            var id = Name("node", 5);
            _nodes = _nodes.SetItem(
                id, new Node(id, null, new NodeCoordinate([random.Next(3) * 100, random.Next(3) * 100], random.Next(3), 0.1)));
        }

        private void Report()
        {
            if (Executors.TryGetValue(Name("executor", 6), out var executor))
            {
                Executors = Executors.SetItem(executor.Id, executor with
                {
                    Models = [.. executor.Models],
                    Load = new ExecutorLoad(random.Next(3), 0, random.Next(2) == 0 ? null : random.Next(1, 100)),
                    State = random.Next(8) == 0 ? ExecutorState.Draining : ExecutorState.Ready,
                });
            }
        }

        private void Measure()
        {
            var report = new LatencyReport(Name("node", 5), Name("client", 6), random.Next(1, 40) * 5, 300, 10, default);
            _latencies = _latencies.SetItem(CatalogSnapshot.LatencyId(report.Node, report.Client), report);
        }

        private string Name(string kind, int count) => $"{kind}-{random.Next(count)}";
    }
}
