declare module 'otlp-definitions/build/src/generated/root.js' {
  /** What protobufjs made of the definitions of OTLP. */
  interface Message {
    decode(bytes: Uint8Array): object;
    toObject(message: object, options: object): Readonly<Record<string, never>>;
  }
  const root: {
    opentelemetry: {
      proto: { collector: { trace: { v1: { ExportTraceServiceRequest: Message } } } };
    };
  };
  // biome-ignore lint/style/noDefaultExport: it is the package’s
  export default root;
}
