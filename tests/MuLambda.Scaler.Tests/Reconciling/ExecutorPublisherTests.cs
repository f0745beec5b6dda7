using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Catalog.Tests;
using MuLambda.Scaler.Reconciling;

namespace MuLambda.Scaler.Tests.Reconciling;

public sealed class ExecutorPublisherTests
{
    // A scaler that was replaced without noticing must not take away what its successor launched.
    [Fact]
    public async Task Every_write_carries_the_token_under_which_the_scaler_leads_also_the_removals()
    {
        var sent = new ConcurrentQueue<(string Method, string Path, string? Leadership)>();
        using var http = new HttpClient(new Recorder(sent)) { BaseAddress = new Uri("http://registry") };
        await using var scaler = ScalerApplication.Create(
            ["--registry", "http://127.0.0.1:9", "--state", "unused", "--executor", typeof(ScalerApplication).Assembly.Location]);
        var publisher = ActivatorUtilities.CreateInstance<ExecutorPublisher>(scaler.Services, new RegistryClient(http));
        var launched = new Catalog.Executor(
            "one", "local", [new ModelReference("a", 1)], new ExecutorEndpoints("http://127.0.0.1:9"), ExecutorState.Ready,
            Launch: new ExecutorLaunch(["a"], DateTimeOffset.UnixEpoch, []));
        var catalog = CatalogSnapshot.Empty.Apply(new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Executor, "one", Executor: launched));

        await WrittenAsync(publisher, () => publisher.Publish(new Dictionary<string, Catalog.Executor> { ["one"] = launched }, catalog, _ => true, 12));
        await WrittenAsync(publisher, () => publisher.Publish(new Dictionary<string, Catalog.Executor>(), catalog, _ => true, 13));
        await publisher.DeleteAsync(["two"], 14);

        sent.AsEnumerable().ShouldBe(
        [
            ("PUT", "/v1/executors/one", "scaler; token=12"),
            ("DELETE", "/v1/executors/one", "scaler; token=13"),
            ("DELETE", "/v1/executors/two", "scaler; token=14"),
        ]);
    }

    private static async Task WrittenAsync(ExecutorPublisher publisher, Action publish)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Written() => written.TrySetResult();
        publisher.Written += Written;
        publish();
        await written.Task.WaitAsync(Deadline.Token());
        publisher.Written -= Written;
    }

    private sealed class Recorder(ConcurrentQueue<(string, string, string?)> sent) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent.Enqueue((
                request.Method.Method, request.RequestUri!.AbsolutePath,
                request.Headers.TryGetValues(LeadershipHeader.Name, out var values) ? values.Single() : null));
            return request.Method == HttpMethod.Put
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(await request.Content!.ReadAsStringAsync(cancellationToken), Encoding.UTF8, "application/json") }
                : new HttpResponseMessage(HttpStatusCode.NoContent);
        }
    }
}
