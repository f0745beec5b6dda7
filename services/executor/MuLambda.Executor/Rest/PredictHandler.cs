using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Prediction;
using MuLambda.Executor.Scheduling;
using MuLambda.Inference;
using MuLambda.Protocol;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Executor.Rest;

/// <summary><c>POST /v1/models/{model}:predict</c>.</summary>
internal sealed class PredictHandler(Predictor predictor, AdmissionGate admission, ExecutorOptions options)
{
    private const int ReadBytes = 32 * 1024;

    private readonly PredictJsonLimits _limits = PredictJsonLimits.Default with { MaxBytes = options.MaxRequestBytes };

    public async Task AnswerAsync(HttpContext context)
    {
        var route = ModelRoute.Of(context);
        using var admitted = admission.Enter();
        using var body = await ReadBodyAsync(context);
        var format = PredictJsonFormat.Row;
        var prediction = await predictor.PredictAsync(
            route.Model,
            VersionChoice.Of(route.Version),
            model =>
            {
                var request = Parse(body, model);
                format = request.Format;
                return new PredictionInput(request.SignatureName, request.Inputs, [], request.Items);
            },
            context.RequestAborted);

        using var answer = new PooledBuffer(1024);
        try
        {
            PredictJson.WriteResponse(answer, prediction.Outputs, format);
        }
        catch (InvalidDataException e)
        {
            // Such outputs exist; they have no row form.
            throw new GrpcException(StatusCode.InvalidArgument, e.Message, e);
        }

        await RestAnswer.BodyAsync(context, answer);
    }

    private PredictJsonRequest Parse(PooledBuffer body, LoadedModel model)
    {
        try
        {
            return PredictJson.ReadRequest(
                body.WrittenSpan,
                name => [.. model.Describe(name).Inputs.Select(input => new TensorSignature(input.Name, input.DType.ToTensorFlow(), input.AnyShape ? null : input.Shape))],
                _limits);
        }
        catch (PredictJsonException e)
        {
            throw new GrpcException(StatusCode.InvalidArgument, e.Message, e);
        }
    }

    private async Task<PooledBuffer> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength is { } length && length > options.MaxRequestBytes)
        {
            throw new BadHttpRequestException(
                $"The body has {length} bytes; the limit is {options.MaxRequestBytes}.", StatusCodes.Status413PayloadTooLarge);
        }

        var body = new PooledBuffer((int)Math.Min(context.Request.ContentLength ?? ReadBytes, ReadBytes));
        try
        {
            while (await context.Request.Body.ReadAsync(body.GetMemory(), context.RequestAborted) is > 0 and var read)
            {
                body.Advance(read);
                if (body.Length > options.MaxRequestBytes)
                {
                    throw new BadHttpRequestException(
                        $"The body has more than {options.MaxRequestBytes} bytes, which is the limit.", StatusCodes.Status413PayloadTooLarge);
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }
}
