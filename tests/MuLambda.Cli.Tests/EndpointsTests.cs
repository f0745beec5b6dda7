using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class EndpointsTests : IAsyncLifetime
{
    private CommandLine _line = null!;

    public async Task InitializeAsync() => _line = await CommandLine.StartAsync(withAddresses: false);

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Fact]
    public async Task Addresses_come_from_the_state_directory_above_the_current_one()
    {
        _line.Write(".mulambda/endpoints.json", Endpoints(_line.Platform.Address));

        (await _line.RunAsync("clients", "list")).ExitCode.ShouldBe(0);
        (await _line.RunAsync("select", "--client", "digits")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_given_address_comes_first_then_the_given_state_then_the_environment_then_the_state_nearby()
    {
        var right = _line.Platform.Address.ToString();
        const string Wrong = "http://127.0.0.1:1";
        _line.Write(".mulambda/endpoints.json", Endpoints(new Uri(Wrong)));

        (await _line.RunAsync("clients", "list")).ExitCode.ShouldBe(4);

        _line.Environment["services__registry__http__0"] = right;
        (await _line.RunAsync("clients", "list")).ExitCode.ShouldBe(0);

        _line.Environment["MULAMBDA_REGISTRY"] = Wrong;
        (await _line.RunAsync("clients", "list")).ExitCode.ShouldBe(4);

        _line.Write("state/endpoints.json", Endpoints(_line.Platform.Address));
        (await _line.RunAsync("clients", "list", "--state", "state")).ExitCode.ShouldBe(0);

        (await _line.RunAsync("clients", "list", "--state", "state", "--registry", Wrong)).ExitCode.ShouldBe(4);
        (await _line.RunAsync("--registry", right, "clients", "list")).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData(null, "No address of the registry is known", 4)]
    [InlineData("{}", "has no endpoint 'http' of 'registry'", 4)]
    [InlineData("""{"resources": {"registry": {"endpoints": {"http": []}}}}""", "has no endpoint", 4)]
    [InlineData("""{"resources": {"registry": {"endpoints": {"http": ["nowhere"]}}}}""", "'nowhere'", 2)]
    [InlineData("{", "is not JSON", 2)]
    public async Task A_missing_address_is_told_with_where_it_was_looked_for(string? file, string told, int exitCode)
    {
        if (file is not null)
        {
            _line.Write(".mulambda/endpoints.json", file);
        }

        var result = await _line.RunAsync("clients", "list");

        result.ExitCode.ShouldBe(exitCode);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain(told);
    }

    [Fact]
    public async Task A_state_directory_without_a_platform_is_told()
    {
        var result = await _line.RunAsync("clients", "list", "--state", "elsewhere");

        result.ExitCode.ShouldBe(4);
        result.Error.ShouldContain("elsewhere");
    }

    [Fact]
    public async Task A_platform_that_is_away_or_silent_ends_in_4()
    {
        _line.Platform.Fault = async (context, _) =>
        {
            await context.HangAsync();
            return true;
        };
        var address = _line.Platform.Address.ToString();

        var silent = await _line.RunAsync("clients", "list", "--registry", address, "--timeout", "0.2");
        var silentSelector = await _line.RunAsync("select", "--client", "digits", "--selector", address, "--timeout", "0.2", "--json");
        var away = await _line.RunAsync("select", "--client", "digits", "--selector", "http://127.0.0.1:1");

        silent.ExitCode.ShouldBe(4);
        silent.Error.ShouldContain("did not answer within 0.2 s");
        silentSelector.ExitCode.ShouldBe(4);
        silentSelector.ErrorJson.GetProperty("detail").GetString()!.ShouldContain("200 ms");
        away.ExitCode.ShouldBe(4);
        away.Error.ShouldContain("not reachable");
    }

    private static string Endpoints(Uri address) =>
        """
        {"resources": {"registry": {"endpoints": {"http": ["URL"]}}, "selector": {"endpoints": {"http": ["URL"]}}}}
        """.Replace("URL", address.ToString(), StringComparison.Ordinal);
}
