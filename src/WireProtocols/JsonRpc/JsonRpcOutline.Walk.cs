using System.Globalization;
using System.Text.Json;

namespace WireProtocols.JsonRpc;

public readonly ref partial struct JsonRpcOutline
{
    /// <summary>Walks over a message once, and remembers where the members are that mean something.</summary>
    /// <param name="json">The message.</param>
    private ref struct Walk(ReadOnlySpan<byte> json)
    {
        private const int EscapeLength = 6;

        private readonly ReadOnlySpan<byte> _json = json;
        private Members _seen;
        private JsonRpcProtocolError _problem;
        private ReadOnlySpan<byte> _id;
        private ReadOnlySpan<byte> _method;
        private ReadOnlySpan<byte> _parameters;
        private ReadOnlySpan<byte> _result;
        private ReadOnlySpan<byte> _error;

        [Flags]
        private enum Members
        {
            None = 0,
            Version = 1,
            Id = 2,
            Method = 4,
            Parameters = 8,
            Result = 16,
            Error = 32,
            Code = 64,
            Message = 128,
        }

        public JsonRpcOutline Read(scoped ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                return ReadBatch(ref reader);
            }

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Read();
                return new JsonRpcOutline { Problem = JsonRpcProtocolError.NotAnObject };
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                Members member = NameOf(ref reader);
                Note(member);
                reader.Read();
                Take(member, ref reader);
            }

            // What follows the object is no JSON, and throws.
            reader.Read();
            JsonRpcMessageKind kind = _problem == JsonRpcProtocolError.None ? Decide() : JsonRpcMessageKind.Invalid;
            return new JsonRpcOutline
            {
                Kind = kind,
                Problem = _problem,
                Id = _id,
                Method = _method,
                Parameters = _parameters,
                Result = _result,
                Error = _error,
            };
        }

        private readonly JsonRpcOutline ReadBatch(scoped ref Utf8JsonReader reader)
        {
            int maxDepth = reader.CurrentState.Options.MaxDepth;
            bool isEmpty = reader.Read() && reader.TokenType == JsonTokenType.EndArray;
            while (reader.Read())
            {
            }

            return isEmpty
                ? new JsonRpcOutline { Problem = JsonRpcProtocolError.BatchEmpty }
                : new JsonRpcOutline { Kind = JsonRpcMessageKind.Batch, Messages = new JsonRpcBatch(_json, maxDepth) };
        }

        private JsonRpcMessageKind Decide()
        {
            bool hasId = Has(Members.Id);
            bool isCall = Has(Members.Method);
            bool hasResult = Has(Members.Result);
            bool isUnclear = isCall ? hasResult || Has(Members.Error) : hasResult == Has(Members.Error);
            if (!Has(Members.Version) || isUnclear || (!isCall && !hasId))
            {
                _problem = !Has(Members.Version) ? JsonRpcProtocolError.VersionMissing
                    : isUnclear ? JsonRpcProtocolError.KindUnclear
                    : JsonRpcProtocolError.IdMissing;
                return JsonRpcMessageKind.Invalid;
            }

            // "A Notification is a Request object without an "id" member" (§4.1): null is an id.
            return isCall ? (hasId ? JsonRpcMessageKind.Request : JsonRpcMessageKind.Notification)
                : hasResult ? JsonRpcMessageKind.Result
                : JsonRpcMessageKind.Error;
        }

        private readonly bool Has(Members member) => (_seen & member) != 0;

        /// <summary>The first problem counts.</summary>
        private void Require(bool isRight, JsonRpcProtocolError problem)
            => _problem = isRight || _problem != JsonRpcProtocolError.None ? _problem : problem;

        private void Note(Members member)
        {
            Require(member == Members.None || !Has(member), JsonRpcProtocolError.MemberRepeated);
            _seen |= member;
        }

        private void Take(Members member, scoped ref Utf8JsonReader reader)
        {
            JsonTokenType type = reader.TokenType;
            int start = (int)reader.TokenStartIndex;
            switch (member)
            {
                case Members.Version:
                    // "A String specifying the version of the JSON-RPC protocol. MUST be exactly "2.0"" (§4).
                    Require(type == JsonTokenType.String && Is(ref reader, "2.0"u8), JsonRpcProtocolError.VersionMissing);
                    break;
                case Members.Id:
                    Require(type is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.Null, JsonRpcProtocolError.IdMalformed);
                    break;
                case Members.Method:
                    Require(type == JsonTokenType.String, JsonRpcProtocolError.MethodMalformed);
                    break;
                case Members.Parameters:
                    Require(type is JsonTokenType.StartObject or JsonTokenType.StartArray, JsonRpcProtocolError.ParametersMalformed);
                    break;
                case Members.Error:
                    TakeError(ref reader);
                    break;
            }

            reader.Skip();
            ReadOnlySpan<byte> value = _json[start..(int)reader.BytesConsumed];
            switch (member)
            {
                case Members.Id:
                    _id = value;
                    break;
                case Members.Method:
                    _method = value;
                    break;
                case Members.Parameters:
                    _parameters = value;
                    break;
                case Members.Result:
                    _result = value;
                    break;
                case Members.Error:
                    _error = value;
                    break;
            }
        }

        /// <summary>"code […] MUST be an integer"; "message: A String" (§5.1). Ends at the end of the object.</summary>
        private void TakeError(scoped ref Utf8JsonReader reader)
        {
            Require(reader.TokenType == JsonTokenType.StartObject, JsonRpcProtocolError.ErrorMalformed);
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                Members member = Is(ref reader, "code"u8) ? Members.Code : Is(ref reader, "message"u8) ? Members.Message : Members.None;
                Note(member);
                reader.Read();
                bool isRight = member switch
                {
                    Members.Code => reader.TokenType == JsonTokenType.Number && IsInteger(reader.ValueSpan),
                    Members.Message => reader.TokenType == JsonTokenType.String,
                    _ => true,
                };
                Require(isRight, JsonRpcProtocolError.ErrorMalformed);
                reader.Skip();
            }

            Require(Has(Members.Code) && Has(Members.Message), JsonRpcProtocolError.ErrorMalformed);
        }

        private static bool IsInteger(ReadOnlySpan<byte> number) => number.IndexOfAny(".eE"u8) < 0;

        private static Members NameOf(scoped ref Utf8JsonReader reader)
            => Is(ref reader, "jsonrpc"u8) ? Members.Version
                : Is(ref reader, "id"u8) ? Members.Id
                : Is(ref reader, "method"u8) ? Members.Method
                : Is(ref reader, "params"u8) ? Members.Parameters
                : Is(ref reader, "result"u8) ? Members.Result
                : Is(ref reader, "error"u8) ? Members.Error
                : Members.None;

        /// <summary>Whether a name or a string is this text, however it is escaped. The platform's comparison throws where half of a surrogate pair
        /// is escaped.</summary>
        /// <param name="reader">At the name or string.</param>
        /// <param name="text">Letters, digits and dots.</param>
        private static bool Is(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
        {
            ReadOnlySpan<byte> value = reader.ValueSpan;
            if (!reader.ValueIsEscaped)
            {
                return value.SequenceEqual(text);
            }

            foreach (byte expected in text)
            {
                bool isEscape = value.Length >= EscapeLength && value[0] == '\\' && value[1] == 'u';
                if (value.IsEmpty || (isEscape ? ParseHex(value[2..EscapeLength]) : value[0]) != expected)
                {
                    return false;
                }

                value = value[(isEscape ? EscapeLength : 1)..];
            }

            return value.IsEmpty;
        }

        private static int ParseHex(ReadOnlySpan<byte> digits)
            => int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) ? value : -1;
    }
}
