using System.Text.Json;
using MuLambda.Protocol;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Writes the decision of a selection, as <see cref="DecisionBody"/> would be written, without the objects.</summary>
internal sealed class DecisionWriter : IDisposable
{
    [ThreadStatic]
    private static DecisionWriter? t_writer;

    private readonly PooledBuffer _buffer = new(1024);
    private readonly Utf8JsonWriter _json;

    private DecisionWriter() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>The decision as JSON; valid until the thread's next call.</summary>
    public static ReadOnlySpan<byte> Write(RequestId id, in Decision decision, DecisionFragments.Fragment fragment)
    {
        var writer = t_writer ??= new DecisionWriter();
        writer._buffer.Clear();
        writer._json.Reset();
        writer.WriteDecision(id, decision, fragment);
        writer._json.Flush();
        return writer._buffer.WrittenSpan;
    }

    public void Dispose()
    {
        _json.Dispose();
        _buffer.Dispose();
    }

    private void WriteDecision(RequestId id, in Decision decision, DecisionFragments.Fragment fragment)
    {
        Span<byte> text = stackalloc byte[RequestId.Length];
        id.Write(text);
        _json.WriteStartObject();
        _json.WriteString(Names.RequestId, text);
        _json.WriteString(Names.Policy, decision.Policy);
        Raw(Names.Executor, fragment.Executor);
        Raw(Names.Node, fragment.Node);
        Raw(Names.Model, fragment.Model);
        Raw(Names.Endpoints, fragment.Endpoints);
        WriteEstimate(decision.Estimate);
        _json.WriteNumber(Names.Utility, Figures.Round(decision.Utility));
        _json.WriteNumber(Names.Considered, decision.Considered);
        _json.WriteEndObject();
    }

    private void WriteEstimate(in Estimate estimate)
    {
        _json.WriteStartObject(Names.Estimate);
        _json.WriteNumber(Names.RttMs, Figures.Round(estimate.RttMs));
        _json.WriteNumber(Names.WaitMs, Figures.Round(estimate.WaitMs));
        _json.WriteNumber(Names.ServiceMs, Figures.Round(estimate.ServiceMs));
        _json.WriteNumber(Names.LatencyMs, Figures.Round(estimate.LatencyMs));
        _json.WriteNumber(Names.Accuracy, estimate.Accuracy);
        _json.WriteString(Names.RttSource, estimate.RttSource switch
        {
            RoundTripSource.Measured => Names.Measured,
            RoundTripSource.Predicted => Names.Predicted,
            RoundTripSource.Observed => Names.Observed,
            _ => Names.Unknown,
        });
        _json.WriteEndObject();
    }

    private void Raw(JsonEncodedText name, byte[] value)
    {
        _json.WritePropertyName(name);
        _json.WriteRawValue(value, skipInputValidation: true);
    }

    private static class Names
    {
        public static readonly JsonEncodedText RequestId = JsonEncodedText.Encode("requestId");
        public static readonly JsonEncodedText Policy = JsonEncodedText.Encode("policy");
        public static readonly JsonEncodedText Executor = JsonEncodedText.Encode("executor");
        public static readonly JsonEncodedText Node = JsonEncodedText.Encode("node");
        public static readonly JsonEncodedText Model = JsonEncodedText.Encode("model");
        public static readonly JsonEncodedText Endpoints = JsonEncodedText.Encode("endpoints");
        public static readonly JsonEncodedText Estimate = JsonEncodedText.Encode("estimate");
        public static readonly JsonEncodedText Utility = JsonEncodedText.Encode("utility");
        public static readonly JsonEncodedText Considered = JsonEncodedText.Encode("considered");
        public static readonly JsonEncodedText RttMs = JsonEncodedText.Encode("rttMs");
        public static readonly JsonEncodedText WaitMs = JsonEncodedText.Encode("waitMs");
        public static readonly JsonEncodedText ServiceMs = JsonEncodedText.Encode("serviceMs");
        public static readonly JsonEncodedText LatencyMs = JsonEncodedText.Encode("latencyMs");
        public static readonly JsonEncodedText Accuracy = JsonEncodedText.Encode("accuracy");
        public static readonly JsonEncodedText RttSource = JsonEncodedText.Encode("rttSource");
        public static readonly JsonEncodedText Measured = JsonEncodedText.Encode("measured");
        public static readonly JsonEncodedText Predicted = JsonEncodedText.Encode("predicted");
        public static readonly JsonEncodedText Observed = JsonEncodedText.Encode("observed");
        public static readonly JsonEncodedText Unknown = JsonEncodedText.Encode("unknown");
    }
}
