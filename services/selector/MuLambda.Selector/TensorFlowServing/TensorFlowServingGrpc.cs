using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Selector;

/// <summary><c>tensorflow.serving.PredictionService</c> and <c>ModelService</c> with the client's id as the model's name.</summary>
internal sealed class TensorFlowServingGrpc(GrpcFront front, Selecting selecting)
{
    private const string Front = "tensorflow-serving-grpc";
    private const string SignatureDef = "signature_def";

    private readonly GrpcFront _front = front;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // The options these are made of are validated when the service starts.
        var service = new Lazy<TensorFlowServingGrpc>(() => ActivatorUtilities.CreateInstance<TensorFlowServingGrpc>(endpoints.ServiceProvider));
        endpoints.MapGrpcUnary(
            PredictionService.Predict,
            GrpcFront.Answering<PredictRequest, PredictResponse>((request, call) => service.Value.PredictAsync(request, call)),
            () => service.Value._front.Limits(Front));
        endpoints.MapGrpcUnary(PredictionService.GetModelMetadata, GrpcFront.Answering<GetModelMetadataRequest, GetModelMetadataResponse>(
            (request, _) => Task.FromResult(service.Value.MetadataOf(request))));
        endpoints.MapGrpcUnary(ModelService.GetModelStatus, GrpcFront.Answering<GetModelStatusRequest, GetModelStatusResponse>(
            (request, _) => Task.FromResult(service.Value.StatusOf(request))));
    }

    private async Task<PredictResponse> PredictAsync(PredictRequest request, GrpcServerContext call)
    {
        var client = ClientOf(request.ModelSpec);
        var input = new TensorInput(request.ModelSpec.SignatureName, request.Inputs, request.OutputFilter);
        if (await _front.ForwardAsync(client, input, call) is not { } forwarded)
        {
            return new PredictResponse();
        }

        var response = new PredictResponse { ModelSpec = ServingMessages.SpecOf(client, forwarded.Signature) };
        foreach (var (name, tensor) in input.Asked(forwarded.Outputs))
        {
            response.Outputs.Add(name, tensor);
        }

        return response;
    }

    private GetModelStatusResponse StatusOf(GetModelStatusRequest request) =>
        ServingMessages.StatusOf(ClientModel.Of(selecting, ClientOf(request.ModelSpec)));

    private GetModelMetadataResponse MetadataOf(GetModelMetadataRequest request)
    {
        var client = ClientOf(request.ModelSpec);
        if (request.MetadataField.Count == 0)
        {
            throw RequestException.Invalid("metadata_field", "must name at least one field.");
        }

        if (request.MetadataField.FirstOrDefault(field => field != SignatureDef) is { } unknown)
        {
            throw RequestException.Invalid("metadata_field", $"is '{unknown}'; there is {SignatureDef} only.");
        }

        return new GetModelMetadataResponse
        {
            ModelSpec = ServingMessages.SpecOf(client, string.Empty),
            Metadata = { [SignatureDef] = Any.Pack(ServingMessages.SignaturesOf(ClientModel.Of(selecting, client))) },
        };
    }

    private static string ClientOf(ModelSpec? spec)
    {
        if (spec is not { Name.Length: > 0 })
        {
            throw RequestException.Invalid("model_spec", "has no name; it must be a client's id.");
        }

        if (spec.VersionChoiceCase == ModelSpec.VersionChoiceOneofCase.VersionLabel)
        {
            throw RequestException.Invalid("model_spec.version_label", $"is '{spec.VersionLabel}'; a client's id has no labels.");
        }

        // As everywhere with TensorFlow Serving 0 is as good as none.
        ClientModel.RequireVersion(spec.Name, spec.Version is { } version and not 0 ? version.ToString(CultureInfo.InvariantCulture) : null);
        return spec.Name;
    }
}
