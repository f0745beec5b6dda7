using MuLambda.Catalog;
using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class ClientsTests : IAsyncLifetime
{
    private const string Yaml =
        """
        # Fast, but not at any price.
        id: digits-fast
        criteria:
          required: {task: classification, input: image, output: label}
          desired: {latency: 1, accuracy: 0.25}
          bounds:
            maxLatencyMs: 50
            minAccuracy: 0.9
        slo: {latencyMs: 100, target: 0.95}
        probeEndpoint: http://127.0.0.1:5001/mulambda/probe
        node: "edge-1"
        leaseSeconds: 60
        """;

    private const string Json =
        """
        {"id": "digits-fast",
         "criteria": {"required": {"task": "classification", "input": "image", "output": "label"},
                      "desired": {"latency": 1, "accuracy": 0.25}, "bounds": {"maxLatencyMs": 50, "minAccuracy": 0.9}},
         "slo": {"latencyMs": 100, "target": 0.95}, "probeEndpoint": "http://127.0.0.1:5001/mulambda/probe",
         "node": "edge-1", "leaseSeconds": 60}
        """;

    private static readonly Catalog.Client Expected = new(
        "digits-fast",
        new Criteria(new Traits("classification", "image", "label"), new Preference(1, 0.25), new Bounds(50, 0.9)),
        new Slo(100, 0.95),
        "http://127.0.0.1:5001/mulambda/probe",
        "edge-1",
        60);

    private CommandLine _line = null!;

    public async Task InitializeAsync() => _line = await CommandLine.StartAsync();

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Theory]
    [InlineData("client.yaml", Yaml)]
    [InlineData("client.json", Json)]
    public async Task A_client_is_applied_from_yaml_and_from_json_alike(string file, string content)
    {
        _line.Write(file, content);

        var result = await _line.RunAsync("clients", "apply", "-f", file, "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        _line.Platform.Clients["digits-fast"].ShouldBe(Expected);
        result.Json[0].GetProperty("created").GetBoolean().ShouldBeTrue();
        result.Json[0].GetProperty("client").GetProperty("id").GetString().ShouldBe("digits-fast");
    }

    [Fact]
    public async Task Several_clients_come_as_a_list_as_documents_and_from_standard_input()
    {
        _line.Write("list.json", $"[{Json}, {Json.Replace("digits-fast", "two", StringComparison.Ordinal)}]");
        _line.Input = $"{Yaml.Replace("digits-fast", "three", StringComparison.Ordinal)}\n---\n{Yaml.Replace("digits-fast", "four", StringComparison.Ordinal)}\n";

        (await _line.RunAsync("clients", "apply", "--file", "list.json")).ExitCode.ShouldBe(0);
        (await _line.RunAsync("clients", "apply", "--file", "-")).ExitCode.ShouldBe(0);

        _line.Platform.Clients.Keys.Order().ShouldBe(["digits-fast", "four", "three", "two"]);
    }

    [Fact]
    public async Task A_client_is_applied_from_options()
    {
        var result = await _line.RunAsync(
            "clients", "apply", "digits-fast", "--task", "classification", "--input", "image", "--output", "label",
            "--latency", "1", "--accuracy", "0.25", "--max-latency-ms", "50", "--min-accuracy", "0.9",
            "--slo-ms", "100", "--slo-target", "0.95", "--lease", "60");

        result.ExitCode.ShouldBe(0, result.Error);
        _line.Platform.Clients["digits-fast"].ShouldBe(Expected with { Node = null, ProbeEndpoint = null });
    }

    [Theory]
    [InlineData("3600", 3600)]
    [InlineData("90m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("90d", 7_776_000)]
    [InlineData(null, 2_592_000)]
    public async Task The_window_of_an_objective_is_given_in_seconds_or_with_a_unit(string? window, double seconds)
    {
        var result = await _line.RunAsync(
            ["clients", "apply", "c", "--task", "t", "--input", "i", "--output", "o", "--slo-ms", "100", .. window is null ? Array.Empty<string>() : ["--slo-window", window]]);

        result.ExitCode.ShouldBe(0, result.Error);
        _line.Platform.Clients["c"].Slo.ShouldBe(new Slo(100, 0.99, seconds));
    }

    [Theory]
    [InlineData("30x", "--slo-window has to be")]
    [InlineData("-1h", "--slo-window has to be")]
    [InlineData("d", "--slo-window has to be")]
    [InlineData("59m", "slo.windowSeconds: must be from 3600 to 7776000")]
    [InlineData("91d", "slo.windowSeconds: must be from 3600 to 7776000")]
    public async Task A_window_that_is_none_or_outside_the_limits_is_refused_before_anything_is_sent(string window, string message)
    {
        var result = await _line.RunAsync(
            "clients", "apply", "c", "--task", "t", "--input", "i", "--output", "o", "--slo-ms", "100", "--slo-window", window);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(message);
        _line.Platform.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--slo-target", "0.9")]
    [InlineData("--slo-window", "7d")]
    public async Task What_an_objective_has_beside_its_time_needs_the_time(string option, string value)
    {
        var result = await _line.RunAsync("clients", "apply", "c", "--task", "t", "--input", "i", "--output", "o", option, value);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain($"{option} needs --slo-ms.");
    }

    [Fact]
    public async Task Without_weights_and_lease_a_client_is_balanced_and_stays()
    {
        await _line.RunAsync("clients", "apply", "plain", "--task", "t", "--input", "i", "--output", "o");

        _line.Platform.Clients["plain"].ShouldBe(
            new Catalog.Client("plain", new Criteria(new Traits("t", "i", "o"), new Preference(0.5, 0.5))));
    }

    [Theory]
    [InlineData("id: digits-fast", "id: Digits", "id: must be")]
    [InlineData("latency: 1,", "latency: -1,", "criteria.desired.latency: must be")]
    [InlineData("latency: 1,", "latency: much,", "criteria.desired.latency: ")]
    [InlineData("task: classification, ", "", "criteria.required: ")]
    [InlineData("minAccuracy: 0.9", "minAccuracy: 1.5", "criteria.bounds.minAccuracy: ")]
    [InlineData("minAccuracy: 0.9", "minAcuracy: 0.9", "minAcuracy")]
    [InlineData("target: 0.95", "target: 1", "slo.target: ")]
    [InlineData("leaseSeconds: 60", "leaseSeconds: 0.1", "leaseSeconds: ")]
    [InlineData("id: digits-fast", "id: {a", "is not YAML")]
    [InlineData("id: digits-fast", "id: digits-fast\nid: two", "line ")]
    public async Task A_wrong_file_is_refused_by_the_members_name_before_anything_is_sent(string right, string wrong, string named)
    {
        Yaml.ShouldContain(right);
        _line.Write("client.yaml", Yaml.Replace(right, wrong, StringComparison.Ordinal));

        var result = await _line.RunAsync("clients", "apply", "-f", "client.yaml");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("client.yaml");
        result.Error.ShouldContain(named);
        _line.Platform.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_of_aliases_that_would_unfold_without_end_is_refused()
    {
        var bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + string.Concat(Enumerable.Range('b', 8).Select(
            c => $"{(char)c}: &{(char)c} [{string.Join(',', Enumerable.Repeat($"*{(char)(c - 1)}", 10))}]\n"));
        _line.Write("bomb.yaml", bomb);

        var result = await _line.RunAsync("clients", "apply", "-f", "bomb.yaml");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("10000 values");
    }

    [Theory]
    [InlineData("clients apply")]
    [InlineData("clients apply one --task t --input i")]
    [InlineData("clients apply one --file client.yaml")]
    [InlineData("clients apply --file client.yaml --latency 1")]
    [InlineData("clients apply --file missing.yaml")]
    [InlineData("clients apply one --task t --input i --output o --latency 0 --accuracy 0")]
    [InlineData("clients apply one --task t --input i --output o --slo-target 0.9")]
    public async Task A_wrong_command_line_ends_in_2_and_sends_nothing(string command)
    {
        _line.Write("client.yaml", Yaml);

        var result = await _line.RunAsync(command.Split(' '));

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("error: ");
        _line.Platform.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Clients_are_listed_and_deleted()
    {
        _line.Write("client.yaml", Yaml);
        await _line.RunAsync("clients", "apply", "-f", "client.yaml");

        var text = await _line.RunAsync("clients", "list");
        var json = await _line.RunAsync("clients", "list", "--json");
        var deleted = await _line.RunAsync("clients", "delete", "digits-fast", "--json");
        var again = await _line.RunAsync("clients", "delete", "digits-fast");

        text.Out.ShouldContain("digits-fast");
        json.Json[0].GetProperty("criteria").GetProperty("bounds").GetProperty("maxLatencyMs").GetDouble().ShouldBe(50);
        deleted.Json.GetProperty("id").GetString().ShouldBe("digits-fast");
        again.ExitCode.ShouldBe(3);
        _line.Platform.Clients.ShouldBeEmpty();
    }
}
