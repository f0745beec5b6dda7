using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MuLambda.Cli.Tests.Platform;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Cli.Tests;

/// <summary>The sample application as its own process, one for all tests.</summary>
public sealed class DigitsSampleTests(DigitsSampleTests.Sample sample) : IClassFixture<DigitsSampleTests.Sample>
{
    [Fact]
    public async Task The_application_registers_as_the_client_it_is_told_to_be()
    {
        var client = sample.Registered;

        client.Id.ShouldBe("digits-fast");
        client.Criteria.Required.ShouldBe(new("classification", "image", "label"));
        client.Criteria.Desired.ShouldBe(new(1, 0));
        client.ProbeEndpoint.ShouldNotBeNull();
        using var probe = await sample.Http.GetAsync(client.ProbeEndpoint);
        probe.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_digit_is_answered_with_label_and_decision()
    {
        using var response = await PostAsync(Digit.Of(51));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("label").GetInt32().ShouldBe(2);
        answer.GetProperty("probability").GetDouble().ShouldBe(0.9);
        answer.GetProperty("probabilities").GetArrayLength().ShouldBe(10);
        answer.GetProperty("latencyMs").GetDouble().ShouldBeGreaterThan(0);
        answer.GetProperty("decision").GetProperty("model").GetProperty("name").GetString().ShouldBe("digits-linear");
    }

    [Fact]
    public async Task What_is_no_digit_is_refused_with_the_reason()
    {
        await ShouldBeRefusedAsync("GIF89a, and so on"u8.ToArray(), 415, "not a PNG");
        await ShouldBeRefusedAsync(Digit.Of(1, 14, 28), 422, "14 × 28");
        await ShouldBeRefusedAsync(Digit.Of(1)[..60], 422, "damaged");
        await ShouldBeRefusedAsync(Digit.Of(1, 2000, 1), 422, "2000 × 1");
        await ShouldBeRefusedAsync([], 415, "not a PNG");
    }

    [Fact]
    public async Task The_page_offers_a_file_chooser()
    {
        var page = await sample.Http.GetStringAsync("/");

        page.ShouldContain("type=\"file\"");
        page.ShouldContain("/classify");
    }

    private async Task ShouldBeRefusedAsync(byte[] body, int status, string reason)
    {
        using var response = await PostAsync(body);
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("detail").GetString()!.ShouldContain(reason);
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        return await sample.Http.PostAsync("/classify", content);
    }

    public sealed class Sample : IAsyncLifetime
    {
        private FakePlatform _platform = null!;
        private Process _process = null!;

        internal Catalog.Client Registered { get; private set; } = null!;

        internal HttpClient Http { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            _platform = await FakePlatform.StartAsync();
            var start = new ProcessStartInfo("dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "Digits.dll"), "--urls", "http://127.0.0.1:0",
                "--Client:Id", "digits-fast", "--Client:Latency", "1", "--Client:Accuracy", "0",
            ]);
            start.Environment["services__registry__http__0"] = _platform.Address.ToString();
            start.Environment["services__selector__http__0"] = _platform.Address.ToString();
            _process = Process.Start(start)!;
            await _platform.NextAsync("PUT /v1/clients/digits-fast");
            Registered = _platform.Clients["digits-fast"];
            Http = new HttpClient { BaseAddress = new Uri(new Uri(Registered.ProbeEndpoint!), "/") };
        }

        public async Task DisposeAsync()
        {
            Http?.Dispose();
            using (Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            {
                using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
                try
                {
                    await _process.WaitForExitAsync(deadline.Token);
                    _platform.Clients.ShouldBeEmpty("a clean shutdown deregisters");
                }
                finally
                {
                    if (!_process.HasExited)
                    {
                        _process.Kill();
                    }

                    _process.Dispose();
                    await _platform.DisposeAsync();
                }
            }
        }
    }
}
