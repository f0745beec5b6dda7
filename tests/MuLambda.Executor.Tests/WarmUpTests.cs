using System.Buffers.Binary;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;
using MuLambda.Inference;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class WarmUpTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordingLogger<WarmUp> _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_requests_that_the_model_brings_along_are_run()
    {
        OnnxFiles.HalfPlusTwo(_folder["half"]);
        WriteRequests(_folder["half"], RunningExecutor.Request("half", ("x", [1f], [1])), RunningExecutor.Request("half", ("x", [1f, 2f], [2])));

        Run(_folder["half"]);

        // The answer is {"predictions":[2.5]}.
        _log.Messages.ShouldBe(
            ["half answered serving_default with JSON: 54 bytes with 21", "half is warm: it has answered 2 requests of its own"]);
    }

    [Fact]
    public void A_request_that_fails_or_a_damaged_file_hinders_nothing()
    {
        OnnxFiles.HalfPlusTwo(_folder["half"]);
        WriteRequests(_folder["half"], RunningExecutor.Request("half", ("x", [1f], [1])), RunningExecutor.Request("half", ("y", [1f], [1])));
        Run(_folder["half"]);
        _log.Messages[^1].ShouldContain("request 2 of");

        var file = Path.Combine(_folder["half"], WarmUp.RequestFile);
        var bytes = File.ReadAllBytes(file);
        bytes[20] ^= 1;
        File.WriteAllBytes(file, bytes);
        Run(_folder["half"]);
        _log.Messages[^1].ShouldContain("damaged");
    }

    [Fact]
    public void Every_signature_runs_with_zeros_where_there_are_no_requests()
    {
        OnnxFiles.SumAndDifference(_folder["pair"]);

        Run(_folder["pair"]);

        // The answer is {"predictions":[{"difference":[0.0,0.0],"sum":[0.0,0.0]}]}.
        _log.Messages.Single().ShouldBe("pair answered serving_default with JSON: 80 bytes with 58");
    }

    [Fact]
    public void Signatures_of_examples_are_rehearsed_in_JSON_too()
    {
        Run(Path.Combine(ExampleModel.Write(_folder["examples"]), "1"));

        _log.Messages.Count.ShouldBe(3);
        _log.Messages.ShouldAllBe(message => message.Contains(" with JSON: ", StringComparison.Ordinal));
    }

    [Fact]
    public void It_ends_in_time_and_at_once_when_the_version_is_not_wanted_any_more()
    {
        OnnxFiles.Slow(_folder["slow"], products: 3_000);

        Run(_folder["slow"], new ExecutorOptions { WarmUpTimeout = TimeSpan.FromMilliseconds(1) });
        _log.Messages.Single().ShouldContain("not warm after 0.001 s");

        Should.Throw<OperationCanceledException>(() => Run(_folder["slow"], cancellationToken: new CancellationToken(canceled: true)));
        Run(_folder["slow"], new ExecutorOptions { WarmUp = false }, new CancellationToken(canceled: true));
    }

    private void Run(string path, ExecutorOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var model = ModelLoader.Load(path);
        new WarmUp(options ?? new ExecutorOptions(), TimeProvider.System, _log).Run(Path.GetFileName(path), model, path, cancellationToken);
    }

    internal static void WriteRequests(string directory, params PredictRequest[] requests)
    {
        var file = Path.Combine(directory, WarmUp.RequestFile);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var stream = File.Create(file);
        foreach (var request in requests)
        {
            var record = new PredictionLog { PredictLog = new PredictLog { Request = request } }.ToByteArray();
            var header = new byte[12];
            BinaryPrimitives.WriteInt64LittleEndian(header, record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Crc32C.Masked(header.AsSpan(0, 8)));
            var footer = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(footer, Crc32C.Masked(record));
            stream.Write(header);
            stream.Write(record);
            stream.Write(footer);
        }
    }

    private sealed class RecordingLogger<T> : ILogger<T>
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception));
    }
}
