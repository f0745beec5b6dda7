using System.CommandLine;
using System.Globalization;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Endpoints;
using MuLambda.Cli.Inference;
using MuLambda.Cli.Terminal;
using MuLambda.Client.Images;
using MuLambda.Load;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Tensors;
using MuLambda.Simulation;

namespace MuLambda.Cli.Load;

/// <summary>The options of <c>load</c> that say who is asked, and for what.</summary>
internal sealed class TargetOptions
{
    private const int MaxBodyBytes = 64 * 1024 * 1024;
    private const string Rest = "rest";
    private const string Grpc = "grpc";

    private readonly Argument<string> _url = new("URL")
    {
        Description = "A server of TensorFlow Serving's API: http://host:port for REST; http://host:port or unix:/path for gRPC",
    };

    private readonly Option<string> _model = new("--model") { Description = "The model; at a selector the client's id", HelpName = "NAME", Required = true };

    private readonly Option<string?> _signature = new("--signature") { Description = $"The signature [default: {PredictJson.DefaultSignature}]", HelpName = "NAME" };

    private readonly Option<string?> _protocol = new("--protocol") { Description = $"How requests are sent [default: {Rest}]", HelpName = $"{Rest}|{Grpc}" };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Requests are this JSON predict body with \"instances\" or \"inputs\", and not random tensors that fit the model; - for standard input",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _images = new("--image", "-i")
    {
        Description = "Requests are these PNGs in turn, or those of a directory, for a model of grey images; may be given several times",
        HelpName = "PATH",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _vs = new("--vs") { Description = "Another server, which is put under the same load after the first", HelpName = "URL" };

    private readonly Option<int?> _priority = NumberOption.Create<int>(
        "--priority", "NUMBER", "How important a selector takes the requests to be, from 0 to 9; the higher go first [default: not said, which is 4]",
        priority => priority is >= 0 and <= 9, "a whole number from 0 to 9");

    public void AddTo(Command command)
    {
        command.Add(_url);
        foreach (var option in new Option[] { _model, _signature, _protocol, _data, _images, _vs, _priority })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            var protocol = result.GetResult(_protocol)?.Tokens is [var token] ? token.Value : Rest;
            if (protocol is not (Rest or Grpc))
            {
                result.AddError($"--protocol has to be {Rest} or {Grpc}, not '{protocol}'.");
                return;
            }

            Check("URL", result.GetResult(_url)?.Tokens);
            Check("--vs", result.GetResult(_vs)?.Tokens);
            if (result.GetResult(_data) is not null && result.GetResult(_images) is { Implicit: false })
            {
                result.AddError("--data and --image cannot both be given.");
            }

            void Check(string name, IReadOnlyList<System.CommandLine.Parsing.Token>? tokens)
            {
                if (tokens is not [var address])
                {
                    return;
                }

                if (protocol == Rest && !EndpointResolver.IsHttp(address.Value))
                {
                    result.AddError($"{name} has to be an absolute http or https URL, not '{address.Value}'.");
                }
                else if (protocol == Grpc && !GrpcAddress.TryParse(address.Value, out _, out var error))
                {
                    result.AddError($"{name}: {error}");
                }
            }
        });
    }

    public string Model(CommandContext context) => context.Get(_model)!;

    public string Protocol(CommandContext context) => context.Get(_protocol) ?? Rest;

    /// <summary>Connects to the targets in the order they are run in, having asked each for the model and seen it answer once.</summary>
    /// <exception cref="CliException">A target does not answer, or what is to be sent does not fit its model.</exception>
    public async Task<(IReadOnlyList<ILoadTarget> Targets, LoadPlan Plan)> ConnectAsync(
        CommandContext context, LoadPlan plan, bool hasItems, CancellationToken cancellationToken)
    {
        var body = context.Get(_data) is { } file ? await InputFile.ReadAsync(context.Console, file, MaxBodyBytes, cancellationToken) : null;
        if (body is not null && (hasItems || (plan.Arrivals as TraceArrivals)?.Arrivals.Any(arrival => arrival.Items > 0) == true))
        {
            throw CliException.Usage($"{(hasItems ? "--items" : "A trace with items")} cannot be combined with --data, which says itself what a request carries.");
        }

        var images = context.Get(_images) is { Length: > 0 } paths ? ReadImages(context.Console, paths) : null;
        var targets = new List<ILoadTarget>();
        try
        {
            foreach (var url in new[] { context.Get(_url), context.Get(_vs) }.OfType<string>())
            {
                var (target, planned) = await ConnectAsync(context, url, plan, body, images, cancellationToken);
                plan = planned;
                targets.Add(target);
                await TryAsync(target, plan, cancellationToken);
            }

            return (targets, plan);
        }
        catch (Exception e)
        {
            targets.ForEach(target => target.Dispose());
            if (e is LoadTargetException failure)
            {
                throw Refuse(failure.Kind, failure.Message, failure);
            }

            if (e is InvalidDataException)
            {
                throw CliException.Usage((body is not null ? "--data: " : images is not null ? "--image: " : "") + e.Message, e);
            }

            throw;
        }
    }

    private async Task<(ILoadTarget Target, LoadPlan Plan)> ConnectAsync(
        CommandContext context, string url, LoadPlan plan, byte[]? body, IReadOnlyList<GrayPixels>? images, CancellationToken cancellationToken)
    {
        var (model, signature) = (Model(context), context.Get(_signature) ?? PredictJson.DefaultSignature);
        var isGrpc = Protocol(context) == Grpc;
        KeyValuePair<string, string>[] headers = context.Get(_priority) is { } priority
            ? [new("mulambda-priority", priority.ToString(CultureInfo.InvariantCulture))]
            : [];
        if (body is not null && !isGrpc)
        {
            return (RestTarget.OfBody(new Uri(url), model, body, headers), plan);
        }

        var signatureInputs = isGrpc
            ? await ServingMetadata.GetAsync(GrpcAddress.Parse(url), model, signature, cancellationToken)
            : await ServingMetadata.GetAsync(new Uri(url), model, signature, cancellationToken);
        IRequestInputs inputs;
        if (body is not null)
        {
            var parsed = Parse(body, signatureInputs);
            inputs = new FixedInputs(parsed.Inputs, parsed.Items);
            plan = plan with { Items = parsed.Items };
        }
        else
        {
            inputs = images is null ? new RandomInputs(signatureInputs, plan.Seed) : new ImageInputs(signatureInputs, images);
        }

        int[] itemCounts = plan.Arrivals is TraceArrivals ? [.. plan.Schedule().Select(arrival => arrival.Items).Append(plan.Items).Distinct()] : [plan.Items];
        return (
            isGrpc
                ? new GrpcTarget(GrpcAddress.Parse(url), model, signature, inputs, itemCounts, headers)
                : RestTarget.OfInputs(new Uri(url), model, signature, inputs, itemCounts, headers),
            plan);
    }

    private static PredictJsonRequest Parse(byte[] body, IReadOnlyList<TensorSignature> inputs)
    {
        try
        {
            return PredictJson.ReadRequest(body, inputs);
        }
        catch (PredictJsonException e)
        {
            throw CliException.Usage($"--data: {e.Message}", e);
        }
    }

    // What would fail each time is said at once; a target that is merely overloaded is what a load is for.
    private static async Task TryAsync(ILoadTarget target, LoadPlan plan, CancellationToken cancellationToken)
    {
        var failure = await target.SendAsync(0, plan.Items, plan.Timeout, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (failure?.Kind is FailureKinds.Connection or FailureKinds.WrongAnswer
            or "http 400" or "http 401" or "http 403" or "http 404" or "http 405" or "http 413"
            or "grpc INVALID_ARGUMENT" or "grpc NOT_FOUND" or "grpc UNIMPLEMENTED" or "grpc FAILED_PRECONDITION" or "grpc PERMISSION_DENIED" or "grpc UNAUTHENTICATED")
        {
            throw new LoadTargetException(failure.Kind, $"{target.Address} refused a first request ({failure.Kind}): {failure.Text}");
        }
    }

    private static CliException Refuse(string kind, string message, Exception inner) => new(
        kind switch
        {
            FailureKinds.Connection or FailureKinds.Timeout or "grpc UNAVAILABLE" => ExitCodes.Unreachable,
            "http 404" or "grpc NOT_FOUND" => ExitCodes.NotFound,
            _ => ExitCodes.Failed,
        },
        message,
        inner);

    private static List<GrayPixels> ReadImages(CliConsole console, string[] paths)
    {
        var images = new List<GrayPixels>();
        foreach (var file in ImageFiles.Find(console, paths))
        {
            try
            {
                using var stream = File.OpenRead(console.Resolve(file));
                var image = GrayImage.DecodePng(stream);
                images.Add(new GrayPixels(image.Width, image.Height, image.Pixels.ToArray()));
            }
            catch (Exception e) when (e is ImageFormatException or IOException or UnauthorizedAccessException)
            {
                throw CliException.Usage($"--image {file}: {e.Message}", e);
            }
        }

        return images;
    }
}
