using System.Net;
using System.Text.Json;
using Google.Protobuf;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Load;

/// <summary>Asks a server of TensorFlow Serving's API what a model's signature takes.</summary>
public static class ServingMetadata
{
    private const string Field = "signature_def";

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The inputs of a signature, asked for over REST.</summary>
    /// <param name="server">The server's base URL.</param>
    /// <param name="model">The model.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LoadTargetException">The server does not answer, or knows no such model or signature.</exception>
    public static async Task<IReadOnlyList<TensorSignature>> GetAsync(
        Uri server, string model, string signature, CancellationToken cancellationToken)
    {
        var address = UriOf(server, model, "/metadata");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            using var http = CreateInvoker();
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(deadline.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                var failure = new LoadFailure(FailureKinds.Of(response.StatusCode), text.Trim());
                throw new LoadTargetException(failure.Kind, $"{address} answered {(int)response.StatusCode}: {failure.Text}");
            }

            using var json = JsonDocument.Parse(text);
            var signatures = json.RootElement.GetProperty("metadata").GetProperty(Field).GetRawText();
            return InputsOf(Parser.Parse<SignatureDefMap>(signatures), model, signature);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or InvalidProtocolBufferException)
        {
            throw new LoadTargetException(FailureKinds.WrongAnswer, $"{address} answered with no metadata of a model: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LoadTargetException(FailureKinds.Timeout, $"{address} did not answer within {Patience.TotalSeconds:0} s.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new LoadTargetException(FailureKinds.Connection, $"{address} is not reachable: {e.GetBaseException().Message}", e);
        }
    }

    /// <summary>The inputs of a signature, asked for over gRPC.</summary>
    /// <param name="server">Where it listens.</param>
    /// <param name="model">The model.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LoadTargetException">The server does not answer, or knows no such model or signature.</exception>
    public static async Task<IReadOnlyList<TensorSignature>> GetAsync(
        GrpcAddress server, string model, string signature, CancellationToken cancellationToken)
    {
        using var channel = new GrpcChannel(server);
        try
        {
            var answer = await channel.UnaryAsync(
                PredictionService.GetModelMetadata,
                new GetModelMetadataRequest { ModelSpec = new ModelSpec { Name = model }, MetadataField = { Field } },
                new GrpcCallOptions { Timeout = Patience },
                cancellationToken).ConfigureAwait(false);
            return answer.Metadata.TryGetValue(Field, out var packed) && packed.TryUnpack<SignatureDefMap>(out var signatures)
                ? InputsOf(signatures, model, signature)
                : throw new LoadTargetException(FailureKinds.WrongAnswer, $"{server} answered with no metadata of the model '{model}'.");
        }
        catch (GrpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (GrpcException e)
        {
            throw new LoadTargetException(GrpcTarget.KindOf(e, default), e.Message, e);
        }
    }

    internal static Uri UriOf(Uri server, string model, string verb) =>
        new($"{server.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/models/{Uri.EscapeDataString(model)}{verb}");

    internal static HttpMessageInvoker CreateInvoker() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,

        // A request of a load is no part of a trace.
        ActivityHeadersPropagator = null,
    });

    private static TensorSignature[] InputsOf(SignatureDefMap signatures, string model, string signature)
    {
        if (!signatures.SignatureDef.TryGetValue(signature, out var found))
        {
            throw new LoadTargetException(
                FailureKinds.WrongAnswer,
                $"The model '{model}' has no signature '{signature}'; it has {string.Join(", ", signatures.SignatureDef.Keys.Order(StringComparer.Ordinal))}.");
        }

        return
        [
            .. found.Inputs.OrderBy(input => input.Key, StringComparer.Ordinal).Select(input => new TensorSignature(
                input.Key,
                input.Value.Dtype,
                input.Value.TensorShape is null or { UnknownRank: true } ? null : [.. input.Value.TensorShape.Dim.Select(dim => dim.Size)])),
        ];
    }
}
